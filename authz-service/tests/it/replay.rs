//! What was decided is answered once more from the log alone: by policies and facts as they were.

use std::fs;

use authz_service::command::replay;
use authz_service::store::Filter;
use customer_events::employment;
use http::StatusCode;
use jiff::SignedDuration;
use outbox::Message;
use serde_json::{Value, json};
use testkit::session::Session;
use uuid::Uuid;

use crate::owners::{CUSTOMERS, Owners, may};
use crate::policies::{CLOSED, approved, people, promote};
use crate::telling::{
    ALARM, CUSTOMER, DANA, JOB, at_12_01, disarm, dismissed, employed, told_under,
};

async fn told() -> Owners {
    told_under(&[]).await
}

/// All decisions that are kept, the newest first, each as it is answered once more.
async fn replayed(reader: &Session) -> Vec<Value> {
    let page = reader.get("/decisions").await.is(StatusCode::OK);
    let mut all = Vec::new();
    for decision in page["items"].as_array().unwrap() {
        let path = format!("/decisions/{}/replay", decision["id"]);
        let answer = reader.post(&path, json!({})).await.is(StatusCode::OK);
        assert_eq!(answer["decision"], *decision);
        all.push(answer);
    }
    all
}

async fn tally(owners: &Owners) -> String {
    let all = Filter::default();
    let tally = replay(owners.database.pool(), &all).await.unwrap();
    tally.to_string()
}

#[tokio::test]
async fn policies_and_facts_have_gone_and_the_answers_are_the_same() {
    let mut owners = told().await;
    assert!(owners.may(disarm()).await);
    assert!(!owners.may(may(DANA, "arm", ALARM)).await);
    assert!(!owners.may(may(99, "view", ALARM)).await);
    // Where this one is, whoever asks has said.
    let mut elsewhere = may(DANA, "disarm", 77);
    elsewhere["resource"]["properties"] =
        json!({ "location": { "type": "Location", "id": Uuid::from_u128(2) } });
    assert!(owners.may(elsewhere).await);
    owners.record().await;
    owners.hear(CUSTOMERS, vec![dismissed()]).await;
    let version = approved(&owners, CLOSED).await;
    let [reader, _] = people(&owners);
    promote(&reader, version).await.is(StatusCode::OK);
    owners.take_in().await;
    assert!(!owners.may(disarm()).await);
    owners.record().await;

    let all = replayed(&reader).await;
    assert_eq!(all.len(), 5);
    for replay in &all {
        assert_eq!(replay["same"], true, "{replay:#}");
    }
    let facts = all[4]["decision"]["facts"].to_string();
    assert!(facts.contains(&DANA_ID.to_string()), "{facts}");
    assert_eq!(
        tally(&owners).await,
        "5 replayed, 0 different, 0 not replayable"
    );
}

const DANA_ID: Uuid = Uuid::from_u128(DANA);

/// Whether a schedule was open is a fact too.
#[tokio::test]
async fn it_is_the_time_that_it_was() {
    let mut owners = told().await;
    owners.hear(CUSTOMERS, vec![employed(&at_12_01())]).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(owners.may(disarm()).await);
        owners.clock.advance(SignedDuration::from_secs(60));
        owners.go_on().await;
    }
    assert_eq!(seen, [false, true, false]);
    owners.record().await;
    let [reader, _] = people(&owners);
    for replay in replayed(&reader).await {
        assert_eq!(replay["same"], true, "{replay:#}");
    }
}

/// Somebody has changed the log, or the engine answers otherwise than it did.
#[tokio::test]
async fn an_answer_that_is_another_one_now_is_told() {
    let mut owners = told().await;
    owners.may(disarm()).await;
    owners.may(may(DANA, "view", ALARM)).await;
    owners.record().await;
    let forge = "update decision set outcome = 'DENIED', policies = '{}' where action = 'disarm'";
    sqlx::query(forge)
        .execute(owners.database.pool())
        .await
        .unwrap();
    let [reader, _] = people(&owners);
    let all = replayed(&reader).await;
    assert_eq!(all[0]["same"], true);
    assert_eq!(all[1]["same"], false);
    let answer = json!({ "decision": true, "policies": ["disarm"] });
    assert_eq!(all[1]["answer"], answer);
    assert_eq!(
        tally(&owners).await,
        "2 replayed, 1 different, 0 not replayable"
    );
    let unknown = reader.post("/decisions/99/replay", json!({})).await;
    unknown.fails(404, "not-found");
}

#[tokio::test]
async fn what_another_version_of_the_service_shipped_is_kept() {
    let mut owners = told().await;
    assert!(owners.may(disarm()).await);
    owners.record().await;
    let files = tempfile::tempdir().unwrap();
    for (name, text) in crate::policies::files(CLOSED).as_object().unwrap() {
        fs::write(files.path().join(name), text.as_str().unwrap()).unwrap();
    }
    let policies = files.path().display().to_string();
    owners.restart_under(&["--policies", &policies]);
    owners.take_in().await;
    assert!(!owners.may(disarm()).await);
    owners.record().await;
    assert_eq!(
        tally(&owners).await,
        "2 replayed, 0 different, 0 not replayable"
    );

    let [reader, _] = people(&owners);
    let version = reader.get("/policies/versions/0").await.is(StatusCode::OK);
    let forget = sqlx::query("delete from shipped_policies where digest = $1");
    let forget = forget.bind(version["digest"].as_str().unwrap());
    forget.execute(owners.database.pool()).await.unwrap();
    assert_eq!(
        tally(&owners).await,
        "not replayable, since its policies are not kept: 1\n1 replayed, 0 different, 1 not replayable"
    );
}

/// Nothing is left out silently.
#[tokio::test]
async fn what_cannot_be_answered_once_more_says_why() {
    let mut owners = told().await;
    owners.may(disarm()).await;
    owners.record().await;
    let old = sqlx::query("update decision set facts = null");
    old.execute(owners.database.pool()).await.unwrap();

    let mut question = disarm();
    question["subject"]["id"] = "a\0b".into();
    owners.may(question).await;
    // Dana works for many, and this policy only Cedar can read: it is shown all that is said of her.
    let foreign = r#"@id("foreign") permit (principal, action == Action::"view", resource)
        when { ip("10.0.0.1").isInRange(ip("192.168.0.0/16")) && principal has duty };"#;
    let version = approved(&owners, foreign).await;
    let [reader, _] = people(&owners);
    promote(&reader, version).await.is(StatusCode::OK);
    owners
        .hear(CUSTOMERS, (1000..1300).map(job).collect())
        .await;
    assert!(owners.may(may(DANA, "view", ALARM)).await);
    owners.park(JOB, false).await;
    assert_eq!(owners.ask("evaluation", None, disarm()).await.0, 503);
    owners.record().await;

    let all = replayed(&reader).await;
    let why: Vec<_> = all.iter().map(|one| &one["notReplayable"]).collect();
    assert_eq!(
        why,
        [
            "nothing was decided",
            "more facts were read than are kept",
            "it holds a character that the log does not",
            "it was decided before facts were kept",
        ]
    );
    let tally = tally(&owners).await;
    assert!(
        tally.ends_with("0 replayed, 0 different, 4 not replayable"),
        "{tally}"
    );
    let metrics = owners.metrics().await;
    assert!(
        metrics.contains("decisions_not_replayable_total{why="),
        "{metrics}"
    );
}

/// An employment of Dana's at a customer that grants nothing.
fn job(number: u128) -> Message {
    let id = Uuid::from_u128(number);
    let state = json!({
        "employeeId": id, "userId": DANA_ID, "customerId": CUSTOMER, "name": "Dana", "active": true,
        "roles": [], "locationRoles": {}, "schedule": null,
    });
    Message::changed(employment::AGGREGATE, id, 1, employment::CHANGED, &state).unwrap()
}
