use frontend::model::history::{Authorization, Entry};
use frontend::model::page::Page;
use frontend::model::system::State;
use serde_json::{Value, json};

fn authorization(grants: &Value, more: Value) -> Authorization {
    let mut body =
        json!({ "strategy": "fetch", "factsAgeMs": 12, "policyVersion": null, "grants": grants });
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    serde_json::from_value(body).unwrap()
}

#[test]
fn tells_who_did_what_and_that_it_was_allowed() {
    let body = r#"{ "items": [ {
        "at": "2026-11-22T10:00:00Z", "by": { "userId": "u", "name": "Ada Ruiz" }, "action": "DISARM", "from": "ARMED", "to": "DISARMED",
        "authorizedBy": { "strategy": "fetch", "factsAgeMs": 1200, "policyVersion": null, "grants": [
            { "path": "customer", "role": "SECURITY_SYSTEM_DISARMER", "at": { "id": "c", "name": "Blue Harbor Offices" }, "schedule": null }
        ] } } ], "nextPage": null }"#;
    let page: Page<Entry> = serde_json::from_str(body).unwrap();
    let entry = &page.items[0];
    assert_eq!(entry.sentence(), "Disarmed by Ada Ruiz");
    assert_eq!(
        (entry.from, entry.to),
        (Some(State::Armed), State::Disarmed)
    );
    let allowed = entry.authorized_by.as_ref().unwrap();
    assert_eq!(
        allowed.grants[0].sentence(),
        "DISARMER at the customer Blue Harbor Offices"
    );
}

#[test]
fn why_it_was_allowed_names_the_way_the_place_and_the_shift() {
    let shift = json!({ "timeZone": "America/New_York", "windows": [{ "day": "MONDAY", "start": "22:00", "end": "06:00" }], "exceptions": [] });
    for (path, name, schedule, told) in [
        (
            "location",
            "Harbor Tower",
            json!(null),
            "DISARMER at the location Harbor Tower",
        ),
        (
            "customer",
            "Blue Harbor Offices",
            json!(null),
            "DISARMER at the customer Blue Harbor Offices",
        ),
        (
            "dealer",
            "Keystone Security",
            json!(null),
            "DISARMER at the dealer Keystone Security",
        ),
        (
            "provider",
            "Argus Watch",
            json!(null),
            "DISARMER at the monitoring provider Argus Watch",
        ),
        (
            "team",
            "Night Watch",
            shift,
            "DISARMER through the team Night Watch, in the shift Mon 22:00–06:00 America/New York",
        ),
    ] {
        let grant = json!({ "path": path, "role": "SECURITY_SYSTEM_DISARMER", "at": { "id": "x", "name": name }, "schedule": schedule });
        let grants = authorization(&json!([grant]), json!({})).grants;
        assert_eq!(grants[0].sentence(), told);
    }
}

#[test]
fn how_it_was_found_out_is_told_as_far_as_it_is_known() {
    let told = |more: Value| authorization(&json!([]), more).provenance();
    assert_eq!(
        told(json!({})).unwrap(),
        "decided by fetch (the owners of the facts were asked), facts 12 ms old"
    );
    assert_eq!(
        told(json!({ "strategy": "replicate", "factsAgeMs": 61_000, "partial": true })).unwrap(),
        "decided by replicate (from the service's own copy of the facts), facts 1 min old, not every service answered, and this was enough"
    );
    assert_eq!(
        told(json!({ "factsAgeMs": -3, "policyVersion": "7" })).unwrap(),
        "decided by fetch (the owners of the facts were asked), facts 0 ms old, policy 7",
        "the clocks of two machines differ a little"
    );
    assert_eq!(
        told(json!({ "strategy": "augury", "factsAgeMs": null })).unwrap(),
        "decided by augury"
    );
    assert_eq!(told(json!({ "strategy": null, "factsAgeMs": null })), None);
}

#[test]
fn an_alarm_needed_no_permission() {
    let body = r#"{ "at": "2026-11-22T10:00:00Z", "by": { "userId": null, "name": "panel-simulator" }, "action": "ALARM", "from": "ARMED",
        "to": "ALARMED", "version": 9, "authorizedBy": null }"#;
    let entry: Entry = serde_json::from_str(body).unwrap();
    assert_eq!(entry.sentence(), "Alarm raised by panel-simulator");
    assert_eq!(entry.authorized_by, None);
}

#[test]
fn an_unknown_happening_is_shown_as_it_is() {
    let body = r#"{ "at": "2026-11-22T10:00:00Z", "action": "RELOCATE", "to": "ARMED" }"#;
    let entry: Entry = serde_json::from_str(body).unwrap();
    assert_eq!(entry.sentence(), "RELOCATE");
}
