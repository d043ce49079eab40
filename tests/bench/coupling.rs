//! What a strategy relies on, of other services: what its owner cannot change without asking.

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

/// What replicate hears, from whom.
const EVENTS: [&str; 10] = [
    customer_events::customer::CHANGED,
    customer_events::location::CHANGED,
    customer_events::employment::CHANGED,
    customer_events::team::CHANGED,
    dealer_events::dealer::CHANGED,
    dealer_events::employment::CHANGED,
    dealer_events::team::CHANGED,
    monitoring_events::monitoring_provider::CHANGED,
    monitoring_events::employment::CHANGED,
    monitoring_events::team::CHANGED,
];

pub(super) fn report() -> Report {
    let row = |strategy: &str, names: &[&str], at_request: &str| {
        vec![
            strategy.to_owned(),
            names.len().to_string(),
            at_request.to_owned(),
        ]
    };
    Report {
        name: "coupling",
        about: "Foreign endpoints and event types that each strategy relies on, and who must be up for it to answer.",
        columns: vec!["strategy", "endpoints or event types", "must be up"],
        rows: vec![
            row("fetch", &ENDPOINTS, "the owners of the facts"),
            row("replicate", &EVENTS, "nobody, within its bound"),
        ],
        figures: json!({ "fetch": ENDPOINTS, "replicate": EVENTS }),
    }
}
