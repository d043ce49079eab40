use frontend::model::failure::Failure;
use frontend::model::problem::Problem;
use frontend::model::system::{Action, System};
use frontend::model::trouble::Trouble;
use serde_json::{Value, json};

use crate::sample::{changed_by, system};

fn answered(status: u16, slug: &str, members: Value) -> Trouble {
    let mut body = json!({
        "type": format!("https://realguardio.example/problems/{slug}"),
        "title": "A title",
        "status": status,
        "instance": "/securitysystems/a",
        "traceId": "4bf92f35",
    });
    if let (Value::Object(body), Value::Object(members)) = (&mut body, members) {
        body.extend(members);
    }
    let problem: Box<Problem> = serde_json::from_value(body).unwrap();
    Trouble::Answered {
        status,
        problem,
        retry_after: (status == 503).then_some(5),
    }
}

/// Of an action on a system that was seen armed, at version 7.
fn told(action: Action, trouble: &Trouble, after: Option<&System>) -> String {
    let Failure {
        headline,
        because,
        advice,
        ..
    } = Failure::explain(action, &system("a", "ARMED", 7), trouble, after);
    let advice = advice
        .map(|advice| format!(" {advice}"))
        .unwrap_or_default();
    format!("{headline} because {because}{advice}")
}

#[test]
fn a_refusal_names_the_closest_missing_fact() {
    let missing = json!({ "missing": { "path": "customer", "role": "SECURITY_SYSTEM_DISARMER", "at": { "id": "c", "name": "Blue Harbor Offices" },
        "employee": "e", "held": ["SECURITY_SYSTEM_VIEWER"], "outsideSchedule": null } });
    let trouble = answered(403, "not-a-disarmer", missing);
    assert_eq!(
        told(Action::Disarm, &trouble, None),
        "NOT DISARMED because you may look here, but not disarm: the role DISARMER at the customer Blue Harbor Offices is needed."
    );
}

#[test]
fn a_refusal_is_told_in_the_services_words() {
    let trouble = answered(
        403,
        "forbidden",
        json!({ "detail": "You may not do this from here." }),
    );
    assert_eq!(
        told(Action::Disarm, &trouble, None),
        "NOT DISARMED because you may not do this from here."
    );
    let trouble = answered(
        403,
        "forbidden",
        json!({ "detail": "The role DISARMER is needed." }),
    );
    assert_eq!(
        told(Action::Disarm, &trouble, None),
        "NOT DISARMED because the role DISARMER is needed."
    );
}

#[test]
fn a_refusal_without_words_is_told_all_the_same() {
    assert_eq!(
        told(Action::Arm, &answered(403, "not-an-armer", json!({})), None),
        "NOT ARMED because the role ARMER is needed."
    );
    assert_eq!(
        told(
            Action::Acknowledge,
            &answered(403, "outside-schedule", json!({})),
            None
        ),
        "NOT ACKNOWLEDGED because your shift is closed now."
    );
    let nothing = Trouble::Answered {
        status: 403,
        problem: Box::default(),
        retry_after: None,
    };
    assert_eq!(
        told(Action::Disarm, &nothing, None),
        "NOT DISARMED because the role DISARMER is needed."
    );
}

#[test]
fn undecided_is_not_a_refusal_and_changes_nothing() {
    let trouble = answered(503, "undecided", json!({}));
    assert!(!trouble.leaves_doubt());
    assert_eq!(
        told(Action::Disarm, &trouble, None),
        "NOT DISARMED because it could not be found out in time whether you may. Nothing changed. Try again in 5 seconds."
    );
}

#[test]
fn after_any_other_outage_the_state_is_looked_up_before_anything_is_claimed() {
    for (trouble, why, advice) in [
        (
            answered(503, "unavailable", json!({})),
            "a service that is needed does not answer.",
            "Try again in 5 seconds.",
        ),
        (
            answered(503, "timeout", json!({})),
            "it took too long.",
            "Try again in 5 seconds.",
        ),
        (
            answered(500, "internal", json!({})),
            "something failed inside RealGuardIO.",
            "For support: trace 4bf92f35.",
        ),
        (
            Trouble::NoAnswer,
            "no answer came.",
            "Check the connection, then try again.",
        ),
    ] {
        assert!(trouble.leaves_doubt());
        assert_eq!(
            told(Action::Disarm, &trouble, Some(&system("a", "ARMED", 7))),
            format!("NOT DISARMED because {why} The system is armed. {advice}")
        );
        assert_eq!(
            told(Action::Disarm, &trouble, None),
            format!(
                "UNKNOWN WHETHER DISARMED because {why} The state cannot be read either: what is shown may be old. {advice}"
            )
        );
    }
}

#[test]
fn a_conflict_names_who_was_faster() {
    let trouble = answered(412, "precondition-failed", json!({}));
    let after = changed_by("ada", system("a", "DISARMED", 8));
    assert_eq!(
        told(Action::Disarm, &trouble, Some(&after)),
        "NOT DISARMED because the system changed meanwhile: disarmed by Ada Ruiz. Look at the state, then decide again."
    );
    let failure = Failure::explain(
        Action::Disarm,
        &system("a", "ARMED", 7),
        &trouble,
        Some(&after),
    );
    assert_eq!(failure.overtaken_by, after.changed);
    assert_eq!(
        told(Action::Disarm, &trouble, Some(&system("a", "ALARMED", 8))),
        "NOT DISARMED because the system changed meanwhile. It is in alarm. Look at the state, then decide again."
    );
}

#[test]
fn what_does_not_fit_an_unchanged_state_is_nobodys_fault() {
    let trouble = answered(409, "alarm-stands", json!({}));
    let unchanged = changed_by("ada", system("a", "ALARMED", 7));
    assert_eq!(
        told(Action::Arm, &trouble, Some(&unchanged)),
        "NOT ARMED because there is an alarm. Look at the state, then decide again."
    );
}

#[test]
fn what_is_gone_is_gone() {
    assert_eq!(
        told(Action::Disarm, &answered(404, "not-found", json!({})), None),
        "NOT DISARMED because the system is gone, or you may no longer see it."
    );
}

#[test]
fn only_a_missing_session_leads_to_signing_in() {
    assert!(answered(401, "signed-out", json!({})).is_signed_out());
    assert!(!answered(401, "insufficient-authentication", json!({})).is_signed_out());
    assert!(!answered(403, "forbidden", json!({})).is_signed_out());
    assert!(!Trouble::NoAnswer.is_signed_out());
}

#[test]
fn a_list_that_cannot_be_read_says_why() {
    assert_eq!(
        answered(503, "unavailable", json!({})).in_words(),
        "A service that is needed does not answer."
    );
    assert_eq!(
        answered(422, "invalid", json!({ "detail": "No such page." })).in_words(),
        "No such page."
    );
    assert_eq!(
        answered(500, "internal", json!({})).in_words(),
        "RealGuardIO cannot answer just now."
    );
    assert_eq!(
        Trouble::NoAnswer.in_words(),
        "No answer came. Is this device online?"
    );
}

#[test]
fn a_problem_of_ours_is_explained_on_a_page() {
    let undecided = answered(503, "undecided", json!({}));
    let armed = system("a", "ARMED", 7);
    let failure = Failure::explain(Action::Disarm, &armed, &undecided, None);
    assert_eq!(failure.page.as_deref(), Some("/problems/undecided"));

    for foreign in [
        "about:blank",
        "https://elsewhere.example/problems/a/../b",
        "/problems/",
        "/problems/A?b",
    ] {
        let other = answered(500, "internal", json!({ "type": foreign }));
        assert_eq!(other.page(), None, "{foreign}");
    }
    assert_eq!(Trouble::NoAnswer.page(), None);
}
