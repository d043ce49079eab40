//! What a strategy relies on, of other services: what its owner cannot change without asking.

use security_system_service::events::FactEvents;
use serde_json::json;

use super::Report;

/// What fetch asks, of whom.
const ENDPOINTS: [&str; 10] = [
    "customer-service POST /facts/decision",
    "customer-service POST /facts/user",
    "customer-service POST /facts/locations",
    "customer-service POST /facts/locations-served",
    "dealer-service POST /facts/decision",
    "dealer-service POST /facts/user",
    "dealer-service POST /facts/dealers",
    "dealer-service POST /facts/dealers-served",
    "monitoring-service POST /facts/decision",
    "monitoring-service POST /facts/user",
];

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
    let row = |strategy: &str, names: &[&str], at_request: &str| {
        vec![
            strategy.to_owned(),
            names.len().to_string(),
            at_request.to_owned(),
        ]
    };
    Report {
        name: "coupling",
        about: "Foreign endpoints, event types and claims that each strategy relies on, and who must be up for it to answer.",
        columns: vec!["strategy", "endpoints, event types, claims", "must be up"],
        rows: vec![
            row("fetch", &ENDPOINTS, "the owners of the facts"),
            row("replicate", &heard, "nobody, within its bound"),
            row(
                "combine",
                &combined,
                "nobody, until the token ends, and within the bound",
            ),
            row(
                "provide",
                &PROVIDED,
                "nobody, until the token ends; to issue one, the owners of the facts",
            ),
        ],
        figures: json!({ "fetch": ENDPOINTS, "replicate": heard, "provide": PROVIDED, "combine": combined }),
    }
}
