use frontend::model::history::Entry;
use frontend::model::page::Page;
use frontend::model::system::State;

#[test]
fn tells_who_did_what_and_why_it_was_allowed() {
    let body = r#"{ "items": [ {
        "at": "2026-11-22T10:00:00Z", "by": { "userId": "u", "name": "Ada Ruiz" }, "action": "DISARM", "from": "ARMED", "to": "DISARMED",
        "authorizedBy": { "strategy": "fetch", "factsAgeMs": 1200, "policyVersion": null, "grants": [
            { "path": "customer", "role": "SECURITY_SYSTEM_DISARMER", "at": { "id": "c", "name": "Blue Harbor Offices" }, "schedule": null },
            { "path": "team", "role": "SECURITY_SYSTEM_DISARMER", "at": { "id": "t", "name": "Night Watch" }, "schedule": { "timeZone": "America/New_York", "windows": [], "exceptions": [] } }
        ] } } ], "nextPage": null }"#;
    let page: Page<Entry> = serde_json::from_str(body).unwrap();
    let entry = &page.items[0];
    assert_eq!(entry.sentence(), "Disarmed by Ada Ruiz");
    assert_eq!(
        (entry.from, entry.to),
        (Some(State::Armed), State::Disarmed)
    );
    let allowed = entry.authorized_by.as_ref().unwrap();
    let grants: Vec<String> = allowed
        .grants
        .iter()
        .map(frontend::model::history::Grant::sentence)
        .collect();
    assert_eq!(
        grants,
        [
            "DISARMER of the customer Blue Harbor Offices",
            "DISARMER through the team Night Watch, on shift"
        ]
    );
    assert_eq!(
        allowed.provenance().unwrap(),
        "decided by fetch, facts 1 s old"
    );
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
