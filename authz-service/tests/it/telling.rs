//! What the owners of facts tell is what is answered by: fresh enough, or not at all.

use customer_events::{customer, employment, location};
use jiff::SignedDuration;
use outbox::Message;
use security_system_events::system;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::owners::{CUSTOMERS, OWNERS, Owners, SYSTEMS, may};

pub(crate) const CUSTOMER: Uuid = Uuid::from_u128(1);
pub(crate) const TOWER: u128 = 2;
pub(crate) const DANA: u128 = 3;
pub(crate) const JOB: Uuid = Uuid::from_u128(4);
pub(crate) const ALARM: u128 = 5;

fn blue_harbor() -> Message {
    let state = json!({ "customerId": CUSTOMER, "name": "Blue Harbor Offices" });
    Message::changed(customer::AGGREGATE, CUSTOMER, 1, customer::CHANGED, &state).unwrap()
}

pub(crate) fn site(number: u128) -> Message {
    let id = Uuid::from_u128(number);
    let state = json!({
        "locationId": id, "name": format!("Location {number}"), "customerId": CUSTOMER, "dealerId": null, "reservedBy": null,
    });
    Message::changed(location::AGGREGATE, id, 1, location::CHANGED, &state).unwrap()
}

pub(crate) fn employed(schedule: &Value) -> Message {
    let state = json!({
        "employeeId": JOB, "userId": Uuid::from_u128(DANA), "customerId": CUSTOMER, "name": "Dana", "active": true,
        "roles": ["SECURITY_SYSTEM_DISARMER"], "locationRoles": {}, "schedule": schedule,
    });
    Message::changed(employment::AGGREGATE, JOB, 1, employment::CHANGED, &state).unwrap()
}

pub(crate) fn dismissed() -> Message {
    Message::removed(employment::AGGREGATE, JOB, 1, employment::REMOVED)
}

pub(crate) fn installed(location: u128) -> Message {
    let id = Uuid::from_u128(ALARM);
    let state = json!({
        "systemId": id, "locationId": Uuid::from_u128(location), "customerId": CUSTOMER, "state": "ARMED", "version": 1,
        "changedBy": null, "at": "2026-11-22T01:02:03Z", "action": "ARM",
    });
    Message::changed(system::AGGREGATE, id, 1, system::CHANGED, &state).unwrap()
}

async fn told() -> Owners {
    told_under(&[]).await
}

/// Dana may disarm the system in the tower.
pub(crate) async fn told_under(arguments: &[&str]) -> Owners {
    let mut owners = Owners::silent_under(arguments).await;
    owners
        .hear(
            CUSTOMERS,
            vec![blue_harbor(), site(TOWER), employed(&Value::Null)],
        )
        .await;
    owners.hear(SYSTEMS, vec![installed(TOWER)]).await;
    owners
}

pub(crate) fn disarm() -> Value {
    may(DANA, "disarm", ALARM)
}

#[tokio::test]
async fn a_grant_counts_from_when_it_is_told_to_when_its_end_is() {
    let mut owners = told().await;
    let mut question = disarm();
    question["options"] = json!({ "grants": true });
    let (_, answer) = owners.ask("evaluation", None, question.clone()).await;
    assert_eq!(answer["decision"], true);
    let law = &answer["context"]["law"];
    assert_eq!(law["location"]["name"], "Location 2");
    assert_eq!(law["customer"]["name"], "Blue Harbor Offices");
    assert_eq!(law["outcome"], "allowed");
    assert_eq!(law["grants"][0]["at"]["name"], "Blue Harbor Offices");
    assert_eq!(answer["context"]["factsAgeMs"], 0);
    let mut arm = may(DANA, "arm", ALARM);
    arm["options"] = json!({ "grants": true });
    let (_, answer) = owners.ask("evaluation", None, arm).await;
    assert_eq!(answer["decision"], false);
    assert_eq!(
        answer["context"]["law"]["missing"]["role"],
        "SECURITY_SYSTEM_ARMER"
    );
    owners.hear(CUSTOMERS, vec![dismissed()]).await;
    assert!(!owners.may(disarm()).await);
}

#[tokio::test]
async fn whoever_asks_after_a_restart_waits_for_what_is_kept() {
    let mut owners = told().await;
    owners.restart();
    let (may, ()) = tokio::join!(owners.may(disarm()), owners.take_in());
    assert!(may);
}

#[tokio::test]
async fn whoever_wants_it_fresher_waits_and_is_told_if_it_was_in_vain() {
    let mut owners = told().await;
    let (status, answer) = owners
        .ask("evaluation", Some(r#"customer-service="1:4""#), disarm())
        .await;
    assert_eq!(status, 503, "{answer}");
    owners.keep(CUSTOMERS, vec![dismissed()]).await;
    let fresher = owners.ask("evaluation", Some(r#"customer-service="1:4""#), disarm());
    let ((status, answer), ()) = tokio::join!(fresher, owners.take_in());
    assert_eq!((status, &answer["decision"]), (200, &json!(false)));
    // Of others nothing is heard here, and nothing is waited for.
    let (status, _) = owners
        .ask("evaluation", Some(r#"iam-service="1:99""#), disarm())
        .await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn what_is_too_old_decides_nothing() {
    let mut owners = told().await;
    owners.clock.advance(SignedDuration::from_secs(61));
    for path in ["evaluation", "condition"] {
        let mut question = disarm();
        question["resource"]["attribute"] = "location".into();
        question["limit"] = 10.into();
        assert_eq!(owners.ask(path, None, question).await.0, 503, "{path}");
    }
    for source in OWNERS.into_iter().filter(|source| *source != SYSTEMS) {
        owners.hear(source, Vec::new()).await;
        assert_eq!(owners.ask("evaluation", None, disarm()).await.0, 503);
    }
    owners.hear(SYSTEMS, Vec::new()).await;
    assert!(owners.may(disarm()).await);
}

#[tokio::test]
async fn a_shift_begins_with_its_minute() {
    let mut owners = told().await;
    owners.hear(CUSTOMERS, vec![employed(&at_12_01())]).await;
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(owners.may(disarm()).await);
        assert!(owners.may(may(DANA, "view", ALARM)).await);
        owners.clock.advance(SignedDuration::from_secs(30));
        owners.go_on().await;
    }
    assert_eq!(seen, [false, false, true, true, false]);
}

#[tokio::test]
async fn a_clock_that_is_set_back_is_believed() {
    let mut owners = told().await;
    owners.hear(CUSTOMERS, vec![employed(&at_12_01())]).await;
    owners.clock.advance(SignedDuration::from_secs(60));
    owners.go_on().await;
    assert!(owners.may(disarm()).await);
    owners.clock.advance(-SignedDuration::from_secs(1));
    owners.hear(CUSTOMERS, vec![site(11)]).await;
    let mut question = disarm();
    question["options"] = json!({ "grants": true });
    let (_, answer) = owners.ask("evaluation", None, question).await;
    assert_eq!(answer["decision"], false);
    assert_eq!(answer["context"]["law"]["outcome"], "denied");
}

/// From one minute past noon, for a minute.
pub(crate) fn at_12_01() -> Value {
    let windows = json!([{ "day": "SUNDAY", "start": "12:01", "end": "12:02" }]);
    json!({ "timeZone": "UTC", "windows": windows, "exceptions": [] })
}

#[tokio::test]
async fn it_is_not_ready_before_all_have_been_heard_of() {
    let mut owners = Owners::unheard(&[]).await;
    owners.take_in().await;
    for source in OWNERS {
        let (status, missing) = owners.ready().await;
        assert_eq!(status, 503);
        assert!(missing.to_string().contains(source), "{missing}");
        owners.hear(source, Vec::new()).await;
    }
    assert_eq!(owners.ready().await.0, 200);
}

#[tokio::test]
async fn a_new_filling_takes_the_place_of_the_old_one() {
    let mut owners = told().await;
    sqlx::query("update outbox.inbox set serving = false where source = $1")
        .bind(CUSTOMERS)
        .execute(owners.database.pool())
        .await
        .unwrap();
    owners
        .hear(CUSTOMERS, vec![blue_harbor(), site(TOWER)])
        .await;
    assert!(!owners.may(disarm()).await);
    owners.hear(CUSTOMERS, vec![employed(&Value::Null)]).await;
    assert!(owners.may(disarm()).await);
}

#[tokio::test]
async fn where_a_system_is_its_owner_may_say_and_nothing_else() {
    let mut owners = told().await;
    let mut question = may(DANA, "disarm", 77);
    assert!(!owners.may(question.clone()).await);
    question["resource"]["properties"] =
        json!({ "location": { "type": "Location", "id": Uuid::from_u128(TOWER) } });
    assert!(owners.may(question.clone()).await);
    // That somebody is on duty is not theirs to say.
    owners.hear(CUSTOMERS, vec![dismissed()]).await;
    question["subject"]["properties"] =
        json!({ "duty": { "type": "Duty", "id": Uuid::from_u128(DANA) } });
    assert!(!owners.may(question).await);
}

#[tokio::test]
async fn the_condition_of_a_list_is_the_locations() {
    let mut owners = told().await;
    owners.hear(CUSTOMERS, (11..=15).map(site).collect()).await;
    let mut question = may(DANA, "view", ALARM);
    question["resource"] = json!({ "type": "System", "attribute": "location" });
    question["limit"] = 2.into();
    let mut found = Vec::new();
    loop {
        let (status, page) = owners.ask("condition", None, question.clone()).await;
        assert_eq!(status, 200, "{page}");
        let values = page["values"].as_array().unwrap();
        found.extend(
            values
                .iter()
                .map(|value| value["id"].as_str().unwrap().to_owned()),
        );
        if page["more"] == false {
            break;
        }
        question["after"] = values.last().unwrap().clone();
    }
    let all = [TOWER, 11, 12, 13, 14, 15].map(|number| Uuid::from_u128(number).to_string());
    assert_eq!(found, all);
    question["resource"]["attribute"] = "name".into();
    assert_eq!(owners.ask("condition", None, question).await.0, 400);
}

/// Changes are numbered before they are committed: one owner's may have the lower number and come later.
#[tokio::test]
async fn what_one_owner_commits_late_is_not_passed_over() {
    let mut owners = told().await;
    let gone = owners.begin(CUSTOMERS, vec![dismissed()]).await;
    owners.hear(SYSTEMS, vec![installed(TOWER)]).await;
    assert!(owners.may(disarm()).await);
    gone.commit().await.unwrap();
    owners.take_in().await;
    assert!(!owners.may(disarm()).await);
}
