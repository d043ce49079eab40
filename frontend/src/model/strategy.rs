//! The strategies by which the service decides, in words.

/// Their names, as a request may ask for them in a demonstration.
pub const NAMES: [&str; 6] = [
    "fetch",
    "replicate",
    "provide",
    "combine",
    "delegate",
    "delegate-local",
];

/// What a strategy means: how old its facts may be, and whom it depends on. One that is not known here has no words.
#[must_use]
pub fn meaning(name: &str) -> &'static str {
    match name {
        "fetch" => {
            "Asks the owners of the facts with each request: nothing is out of date, and without them nothing is decided."
        }
        "replicate" => {
            "Decides from the service's own copy of the facts: seconds old at most, and nobody else has to be there."
        }
        "provide" => {
            "Takes the facts from the access token: as old as that is, minutes, and nobody else has to be there."
        }
        "combine" => {
            "Takes a person's employments from the access token, the rest from the service's own copy: as old as the older of both, and nobody else has to be there."
        }
        "delegate" => {
            "Has authz-service decide, by its policies and what it was told: seconds old at most, and without it nothing is decided."
        }
        "delegate-local" => {
            "As delegate, and tells authz-service with the question where the system is: a new system need not have been heard of."
        }
        _ => "",
    }
}
