use frontend::model::change::Change;
use frontend::model::moment::Moment;
use serde_json::{Value, json};

fn change(by: &Value) -> Change {
    serde_json::from_value(json!({ "by": by, "at": "2026-11-22T10:00:00Z", "action": "DISARM" }))
        .unwrap()
}

fn after(change: &Change, seconds: i64) -> Moment {
    Moment::from_millis(change.at.millis() + seconds * 1_000)
}

#[test]
fn what_somebody_else_did_just_now_stands_out() {
    let ada = change(&json!({ "userId": "ada", "name": "Ada Ruiz" }));
    assert!(ada.stands_out(after(&ada, 2), Some("me")));
    assert!(
        ada.stands_out(after(&ada, -2), Some("me")),
        "the clocks differ a little"
    );
    assert!(
        ada.stands_out(after(&ada, 2), None),
        "who I am is not known yet"
    );
    assert!(!ada.stands_out(after(&ada, 60), Some("me")));
    assert!(
        !ada.stands_out(after(&ada, 2), Some("ada")),
        "I know what I did"
    );
}

#[test]
fn a_machine_is_nobody() {
    for by in [
        json!(null),
        json!({ "userId": null, "name": "panel-simulator" }),
    ] {
        assert!(!change(&by).is_by(""));
        assert!(change(&by).stands_out(Moment::from_millis(0), Some("me")));
    }
}
