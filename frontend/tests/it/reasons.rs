use frontend::model::reason::{unexplained, why_not, words};
use frontend::model::system::Action;
use serde_json::{Value, json};

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
        "You may not do this here: the role DISARMER is needed."
    );
    assert_eq!(
        why_not(&viewed, Action::Arm, None).unwrap(),
        unexplained(Action::Arm),
        "the API gave none"
    );
}

/// The reason below a button, for what the API says is missing.
fn missing(action: Action, role: &str, more: Value) -> String {
    let mut missing = json!({ "path": "location", "at": { "id": "l", "name": "Harbor Tower" },
        "role": format!("SECURITY_SYSTEM_{role}"), "employee": "e", "held": ["SECURITY_SYSTEM_VIEWER"], "outsideSchedule": null });
    if let (Value::Object(missing), Value::Object(more)) = (&mut missing, more) {
        missing.extend(more);
    }
    let mut viewed = without_actions(system("a", "ARMED", 1));
    viewed.missing = [(action, serde_json::from_value(missing).unwrap())].into();
    why_not(&viewed, action, None).unwrap()
}

fn at(path: &str, name: &str) -> Value {
    json!({ "path": path, "at": { "id": "x", "name": name } })
}

fn shift(path: &str, name: &str, windows: &[(&str, &str, &str)], exceptions: &Value) -> Value {
    let windows: Vec<Value> = windows
        .iter()
        .map(|(day, start, end)| json!({ "day": day, "start": start, "end": end }))
        .collect();
    json!({ "path": path, "at": { "id": "x", "name": name }, "held": ["SECURITY_SYSTEM_DISARMER"],
        "outsideSchedule": { "timeZone": "Europe/Madrid", "windows": windows, "exceptions": exceptions } })
}

#[test]
fn what_is_missing_is_told_with_what_is_there() {
    assert_eq!(
        missing(Action::Disarm, "DISARMER", json!({})),
        "You may look here, but not disarm: the role DISARMER is needed."
    );
    assert_eq!(
        missing(
            Action::Arm,
            "ARMER",
            json!({ "held": ["SECURITY_SYSTEM_DISARMER"] })
        ),
        "You may disarm here, but not arm: the role ARMER is needed."
    );
    assert_eq!(
        missing(
            Action::Acknowledge,
            "DISARMER",
            json!({ "held": ["SECURITY_SYSTEM_ARMER", "SECURITY_SYSTEM_VIEWER"] })
        ),
        "You may arm here, but not acknowledge: the role DISARMER is needed."
    );
    assert_eq!(
        missing(Action::Disarm, "DISARMER", json!({ "held": [] })),
        "You may look here, but not disarm: the role DISARMER is needed.",
        "another employment lets them look"
    );
}

#[test]
fn what_is_missing_is_told_with_where_it_is_missing() {
    for (path, name, needed) in [
        ("location", "Harbor Tower", "the role DISARMER is needed."),
        (
            "customer",
            "Blue Harbor Offices",
            "the role DISARMER at the customer Blue Harbor Offices is needed.",
        ),
        (
            "dealer",
            "Keystone Security",
            "the role DISARMER at the dealer Keystone Security is needed.",
        ),
        (
            "provider",
            "Argus Watch",
            "the role DISARMER at the monitoring provider Argus Watch is needed.",
        ),
        (
            "team",
            "Night Watch",
            "the role DISARMER through the team Night Watch is needed.",
        ),
    ] {
        assert_eq!(
            missing(Action::Disarm, "DISARMER", at(path, name)),
            format!("You may look here, but not disarm: {needed}")
        );
    }
}

#[test]
fn a_closed_shift_is_told_with_its_hours() {
    let weekdays =
        ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"].map(|day| (day, "08:00", "18:00"));
    for (path, name, whose) in [
        ("location", "Harbor Tower", "Your shift at Harbor Tower"),
        (
            "customer",
            "Blue Harbor Offices",
            "Your shift at Blue Harbor Offices",
        ),
        (
            "dealer",
            "Keystone Security",
            "Your shift at Keystone Security",
        ),
        ("provider", "Argus Watch", "Your shift at Argus Watch"),
        (
            "team",
            "Night Watch",
            "Your shift with the team Night Watch",
        ),
    ] {
        assert_eq!(
            missing(
                Action::Disarm,
                "DISARMER",
                shift(path, name, &weekdays, &json!([]))
            ),
            format!("{whose} is closed now: Mon–Fri 08:00–18:00 Europe/Madrid.")
        );
    }
}

#[test]
fn hours_are_told_as_people_write_them() {
    let hours = |windows: &[(&str, &str, &str)], exceptions: &Value| {
        missing(
            Action::Disarm,
            "DISARMER",
            shift("dealer", "Keystone", windows, exceptions),
        )
    };
    let mixed = [
        ("SATURDAY", "08:00", "20:00"),
        ("SUNDAY", "08:00", "20:00"),
        ("TUESDAY", "08:00", "20:00"),
        ("FRIDAY", "18:00", "24:00"),
    ];
    assert_eq!(
        hours(&mixed, &json!([])),
        "Your shift at Keystone is closed now: Tue, Sat, Sun 08:00–20:00; Fri 18:00–24:00 Europe/Madrid."
    );
    let nights = [
        "MONDAY",
        "TUESDAY",
        "WEDNESDAY",
        "THURSDAY",
        "FRIDAY",
        "SATURDAY",
        "SUNDAY",
    ]
    .map(|day| (day, "22:00", "06:00"));
    let exception = json!([{ "date": "2026-12-24", "windows": [] }]);
    assert_eq!(
        hours(&nights, &exception),
        "Your shift at Keystone is closed now: daily 22:00–06:00 Europe/Madrid, with exceptions."
    );
    assert_eq!(
        hours(&[], &exception),
        "Your shift at Keystone is closed now: single days only, Europe/Madrid."
    );
    assert_eq!(
        hours(&[], &json!([])),
        "Your shift at Keystone has no hours at all."
    );
}

#[test]
fn off_shift_nothing_that_is_held_is_promised() {
    let closed = shift(
        "provider",
        "Argus Watch",
        &[("MONDAY", "08:00", "18:00")],
        &json!([]),
    );
    assert_eq!(
        missing(Action::Arm, "ARMER", closed),
        "You may look here, but not arm: the role ARMER at the monitoring provider Argus Watch is needed. \
         Your shift at Argus Watch is closed now: Mon 08:00–18:00 Europe/Madrid."
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
