use frontend::model::in_force::{InForce, Strategies, not_chosen};
use frontend::model::problem::Problem;
use frontend::model::trouble::Trouble;
use frontend::model::user::User;
use serde_json::{Value, json};

fn in_force(strategy: &str, chosen: &Value, changed: &Value) -> InForce {
    let body = json!({
        "strategies": ["fetch", "delegate"], "liveStrategy": "fetch", "operations": [{
            "operation": "disarm", "strategy": strategy, "configured": "delegate", "chosen": chosen, "version": 1,
            "changed": changed,
        }],
    });
    let all: Strategies = serde_json::from_value(body).unwrap();
    all.operations[0].clone()
}

#[test]
fn what_is_in_force_is_said_with_who_chose_it() {
    let by = json!({ "by": { "userId": "u", "name": "Priya Nair" }, "at": "2026-11-22T10:00:00Z" });
    let configured = in_force("delegate", &json!(null), &json!(null));
    assert_eq!(configured.title(), "Disarm");
    assert_eq!(configured.standing(), "delegate decides, as configured");
    assert_eq!(
        in_force("fetch", &json!("fetch"), &by).standing(),
        "fetch decides, chosen by Priya Nair"
    );
    assert_eq!(
        in_force("delegate", &json!(null), &by).standing(),
        "delegate decides, as configured, again by Priya Nair"
    );
}

#[test]
fn why_a_choice_did_not_come_about_is_said() {
    let answered = |status| Trouble::Answered {
        status,
        problem: Box::new(Problem::default()),
        retry_after: None,
    };
    for (trouble, words) in [
        (answered(412), "Somebody else has chosen meanwhile"),
        (answered(403), "administrators"),
        (answered(503), "cannot answer"),
        (Trouble::NoAnswer, "may have been chosen all the same"),
    ] {
        assert!(not_chosen(&trouble).contains(words), "{trouble:?}");
    }
}

#[test]
fn administrators_of_a_demonstration_are_offered_the_choice() {
    let user = |demo, roles: &[&str]| -> User {
        let body = json!({ "userId": "u", "name": "Priya", "roles": roles, "demo": demo });
        serde_json::from_value(body).unwrap()
    };
    assert!(user(true, &["REALGUARDIO_ADMINISTRATOR"]).chooses_strategies());
    assert!(!user(false, &["REALGUARDIO_ADMINISTRATOR"]).chooses_strategies());
    assert!(!user(true, &["REALGUARDIO_POLICY_ADMINISTRATOR"]).chooses_strategies());
}
