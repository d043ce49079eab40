use frontend::model::explanation::Explanation;
use frontend::model::strategy;
use serde_json::{Value, json};

fn explanation(operations: &Value) -> Explanation {
    serde_json::from_value(json!({
        "strategy": "replicate", "factsAgeMs": 812, "policyVersion": null, "partial": false, "tookMicros": 3_210,
        "operations": operations,
    }))
    .unwrap()
}

/// What is said of one operation.
fn told(operation: &Value) -> (String, Vec<String>) {
    let explanation = explanation(&json!([operation]));
    let said = &explanation.operations[0];
    (explanation.answer(said), said.because())
}

#[test]
fn a_yes_names_each_fact_that_would_be_enough() {
    let grant = |path, name| json!({ "path": path, "role": "SECURITY_SYSTEM_DISARMER", "at": { "id": "x", "name": name }, "schedule": null });
    let grants = json!([
        grant("customer", "Blue Harbor Offices"),
        grant("team", "Installers")
    ]);
    let (answer, because) = told(
        &json!({ "operation": "DISARM", "strategy": "replicate", "outcome": "allowed", "grants": grants }),
    );
    assert_eq!(answer, "You may disarm it.");
    assert_eq!(
        because,
        [
            "DISARMER at the customer Blue Harbor Offices",
            "DISARMER through the team Installers"
        ]
    );
    let (answer, because) =
        told(&json!({ "operation": "VIEW", "outcome": "allowed", "grants": [] }));
    assert_eq!(answer, "You may see this system.");
    assert_eq!(because, ["The policies allow it, whatever roles you hold."]);
}

#[test]
fn a_no_names_the_closest_missing_fact() {
    let missing = json!({
        "path": "customer", "role": "SECURITY_SYSTEM_ARMER", "at": { "id": "c", "name": "Blue Harbor Offices" },
        "held": ["SECURITY_SYSTEM_DISARMER"], "outsideSchedule": null,
    });
    let (answer, because) = told(
        &json!({ "operation": "ARM", "outcome": "denied", "reason": "not-an-armer", "missing": missing }),
    );
    assert_eq!(answer, "You may not arm it.");
    assert_eq!(
        because,
        [
            "You may disarm here, but not arm: the role ARMER at the customer Blue Harbor Offices is needed."
        ]
    );
    let (_, because) = told(
        &json!({ "operation": "ARM", "outcome": "denied", "reason": "not-an-armer", "missing": null }),
    );
    assert_eq!(because, ["You may not arm here: the role ARMER is needed."]);
}

#[test]
fn what_is_not_known_is_neither_yes_nor_no() {
    for outcome in ["undecided", "of-a-later-version"] {
        let (answer, because) = told(&json!({ "operation": "ACKNOWLEDGE", "outcome": outcome }));
        assert_eq!(
            answer,
            "It could not be found out whether you may acknowledge an alarm."
        );
        assert_eq!(because.len(), 1);
    }
    let (answer, because) =
        told(&json!({ "operation": "ARM", "outcome": "stepUp", "challenge": {} }));
    assert_eq!(answer, "You may arm it, after a stronger sign-in.");
    assert!(because.is_empty());
}

#[test]
fn where_another_strategy_decides_an_attempt_nothing_is_promised() {
    for (outcome, expected) in [
        (
            "allowed",
            "By what replicate knows, you may disarm it; when you try, delegate decides.",
        ),
        (
            "denied",
            "By what replicate knows, you may not disarm it; when you try, delegate decides.",
        ),
        (
            "undecided",
            "By what replicate knows, it could not be found out whether you may disarm it; when you try, delegate decides.",
        ),
    ] {
        let (answer, _) =
            told(&json!({ "operation": "DISARM", "strategy": "delegate", "outcome": outcome }));
        assert_eq!(answer, expected);
    }
}

#[test]
fn who_decided_how_old_the_facts_are_and_how_long_it_took_is_said() {
    let explained = explanation(&json!([
        { "operation": "VIEW", "strategy": "replicate", "outcome": "undecided" },
        { "operation": "ARM", "strategy": "replicate", "outcome": "undecided" },
        { "operation": "DISARM", "strategy": "delegate", "outcome": "undecided" },
    ]));
    assert_eq!(
        explained.provenance(),
        "decided by replicate (from the service's own copy of the facts), facts 812 ms old, in 3.3 ms"
    );
    let attempts = explained.operations.iter();
    let attempts: Vec<_> = attempts
        .map(|operation| explained.decides_attempts(operation))
        .collect();
    assert_eq!(attempts, [None, None, Some("delegate")]);
}

#[test]
fn every_strategy_has_its_words() {
    let mut words = strategy::NAMES.map(strategy::meaning).to_vec();
    assert!(words.iter().all(|words| words.ends_with('.')));
    words.dedup();
    assert_eq!(words.len(), strategy::NAMES.len());
    assert_eq!(strategy::meaning("augury"), "");
}

#[test]
fn strategies_agree_whose_answers_are_the_same_whatever_their_reasons() {
    let arm = |reason| {
        explanation(&json!([{ "operation": "ARM", "outcome": "denied", "reason": reason }]))
    };
    let allowed = explanation(&json!([{ "operation": "ARM", "outcome": "allowed" }]));
    assert!(arm("not-an-armer").agrees_with(&arm("outside-schedule")));
    assert!(!arm("not-an-armer").agrees_with(&allowed));
    assert_eq!(
        (allowed.age(), allowed.took()),
        ("812 ms".to_owned(), "3.3 ms".to_owned())
    );
}
