//! What a strategy relies on, of other services: what its owner cannot change without asking.

use security_system_service::authz;
use security_system_service::events::FactEvents;
use security_system_service::owners::FACTS;
use serde_json::json;

use super::Report;

/// What iam-service asks when it issues a token, and what is read of that.
const PROVIDED: [&str; 8] = [
    "customer-service POST /facts/user",
    "customer-service POST /facts/locations",
    "customer-service POST /facts/locations-served",
    "dealer-service POST /facts/user",
    "dealer-service POST /facts/dealers",
    "dealer-service POST /facts/dealers-served",
    "monitoring-service POST /facts/user",
    "iam-service claim facts",
];

/// Whose events replicate hears.
const EVENTS: [FactEvents; 3] = [
    FactEvents::OF_CUSTOMERS,
    FactEvents::OF_DEALERS,
    FactEvents::OF_PROVIDERS,
];

pub(super) fn report() -> Report {
    let asked = FACTS.iter().flat_map(|(owner, paths)| {
        let post = move |path: &&str| format!("{owner} POST {path}");
        paths.iter().map(post)
    });
    let asked: Vec<_> = asked.collect();
    let heard: Vec<_> = EVENTS.iter().flat_map(FactEvents::types).collect();
    // Of the types of events those that do not tell of employments, and the claim with what it is made of.
    let kept = heard
        .iter()
        .copied()
        .filter(|it| !it.contains(".employment."));
    let told = PROVIDED
        .iter()
        .copied()
        .filter(|it| it.ends_with("/facts/user") || it.ends_with("claim facts"));
    let combined: Vec<_> = kept.chain(told).collect();
    let [delegated, locally] =
        authz::ASKED.map(|paths| paths.map(|path| format!("authz-service POST {path}")));
    // And the name that its policies have for what is said with the question.
    let locally: Vec<_> = locally
        .into_iter()
        .chain(["authz-service System.location".to_owned()])
        .collect();
    let row = |strategy: &str, number: usize, at_request: &str| {
        vec![
            strategy.to_owned(),
            number.to_string(),
            at_request.to_owned(),
        ]
    };
    Report {
        name: "coupling",
        about: "Foreign endpoints, event types and claims that each strategy relies on, and who must be up for it to answer.",
        columns: vec!["strategy", "endpoints, event types, claims", "must be up"],
        rows: vec![
            row("fetch", asked.len(), "the owners of the facts"),
            row("replicate", heard.len(), "nobody, within its bound"),
            row(
                "combine",
                combined.len(),
                "nobody, until the token ends, and within the bound",
            ),
            row(
                "provide",
                PROVIDED.len(),
                "nobody, until the token ends; to issue one, the owners of the facts",
            ),
            row(
                "delegate",
                delegated.len(),
                "authz-service, within its bound",
            ),
            row(
                "delegate-local",
                locally.len(),
                "authz-service, within its bound",
            ),
        ],
        figures: json!({ "fetch": asked, "replicate": heard, "provide": PROVIDED, "combine": combined, "delegate": delegated, "delegate-local": locally }),
    }
}
