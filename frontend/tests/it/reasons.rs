use frontend::model::reason::{unexplained, why_not, words};
use frontend::model::system::Action;
use serde_json::json;

use crate::sample::{system, without_actions};

#[test]
fn what_is_offered_needs_no_reason() {
    assert_eq!(
        why_not(&system("a", "ARMED", 1), Action::Disarm, None),
        None
    );
}

#[test]
fn what_is_not_offered_has_one() {
    let viewed = without_actions(system("a", "ARMED", 1));
    assert_eq!(
        why_not(&viewed, Action::Disarm, None).unwrap(),
        "You need the role DISARMER here."
    );
    assert_eq!(
        why_not(&viewed, Action::Arm, None).unwrap(),
        unexplained(Action::Arm),
        "the API gave none"
    );
}

#[test]
fn what_is_missing_is_told_exactly() {
    let missing = |missing: serde_json::Value| {
        let mut viewed = without_actions(system("a", "ARMED", 1));
        viewed.missing = [(Action::Disarm, serde_json::from_value(missing).unwrap())].into();
        why_not(&viewed, Action::Disarm, None).unwrap()
    };
    let nights = [
        "MONDAY",
        "TUESDAY",
        "WEDNESDAY",
        "THURSDAY",
        "FRIDAY",
        "SATURDAY",
        "SUNDAY",
    ]
    .map(|day| json!({ "day": day, "start": "22:00", "end": "06:00" }));
    let at = json!({ "id": "l", "name": "Harbor Tower" });
    assert_eq!(
        missing(
            json!({ "path": "location", "role": "SECURITY_SYSTEM_DISARMER", "at": at, "employee": "e",
            "held": ["SECURITY_SYSTEM_VIEWER"], "outsideSchedule": null })
        ),
        "You are VIEWER here; DISARMER is needed."
    );
    assert_eq!(
        missing(
            json!({ "path": "location", "role": "SECURITY_SYSTEM_DISARMER", "at": at, "employee": "e", "held": [] })
        ),
        "You need the role DISARMER at Harbor Tower."
    );
    assert_eq!(
        missing(
            json!({ "path": "team", "role": "SECURITY_SYSTEM_DISARMER", "at": at, "employee": "e",
            "held": ["SECURITY_SYSTEM_DISARMER"], "outsideSchedule": { "timeZone": "America/New_York", "windows": nights, "exceptions": [] } })
        ),
        "You are off shift; your shift is daily 22:00–06:00 (America/New York)."
    );
    let weekend = json!({ "timeZone": "Europe/Madrid", "windows": [
        { "day": "SATURDAY", "start": "08:00", "end": "20:00" }, { "day": "SUNDAY", "start": "08:00", "end": "20:00" },
        { "day": "FRIDAY", "start": "18:00", "end": "24:00" } ] });
    assert_eq!(
        missing(
            json!({ "path": "provider", "role": "SECURITY_SYSTEM_DISARMER", "at": at, "employee": "e",
            "held": ["SECURITY_SYSTEM_ARMER", "SECURITY_SYSTEM_VIEWER"], "outsideSchedule": weekend })
        ),
        "You are ARMER and VIEWER here; DISARMER is needed. \
         Also, you are off shift: Saturday, Sunday 08:00–20:00; Friday 18:00–24:00 (Europe/Madrid)."
    );
    let never = json!({ "timeZone": "Europe/Madrid", "windows": [] });
    assert_eq!(
        missing(
            json!({ "path": "provider", "role": "SECURITY_SYSTEM_DISARMER", "at": at, "employee": "e",
            "held": ["SECURITY_SYSTEM_DISARMER"], "outsideSchedule": never })
        ),
        "You are off shift; your shift is never."
    );
}

#[test]
fn while_an_answer_is_awaited_nothing_else_can_be_tried() {
    let armed = system("a", "ARMED", 1);
    assert_eq!(
        why_not(&armed, Action::Arm, Some(Action::Disarm)).unwrap(),
        "Wait for the answer."
    );
    assert_eq!(
        why_not(&armed, Action::Disarm, Some(Action::Disarm)),
        None,
        "the button itself says so"
    );
}

#[test]
fn a_reason_from_the_future_is_still_told() {
    assert_eq!(words("on-another-planet"), "On another planet.");
    assert_eq!(words(""), "");
}
