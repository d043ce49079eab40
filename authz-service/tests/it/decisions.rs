//! What was decided can be read afterwards, by those who answer for the policies.

use std::sync::Arc;

use authz_service::app::{Keeping, Retention};
use authz_service::store::{DecisionLog, SearchLog};
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::session::Session;
use uuid::Uuid;

use crate::owners::{Owners, may};
use crate::policies::{CLOSED, people, upload};
use crate::telling::{ALARM, DANA, JOB, disarm, told_under};

impl Owners {
    /// How many decisions are kept.
    async fn kept(&self) -> i64 {
        self.number("select count(*) from decision").await
    }

    async fn number(&self, query: &'static str) -> i64 {
        let number = sqlx::query_scalar(query);
        number.fetch_one(self.database.pool()).await.unwrap()
    }

    /// Asks the same so often.
    async fn flood(&self, mut question: Value, times: usize) {
        question["evaluations"] = vec![json!({}); times].into();
        let (status, _) = self.ask("evaluations", None, question).await;
        assert_eq!(status, 200);
    }

    /// Who removes from the logs what they are not to keep.
    fn retention(&self, keeping: Keeping) -> Retention {
        let pool = self.database.pool();
        let logs = (DecisionLog::new(pool.clone()), SearchLog::new(pool.clone()));
        Retention::new(logs, keeping, Arc::new(self.clock.clone()))
    }
}

/// What has been counted under this name, by all tests up to here.
async fn counted(owners: &Owners, name: &str) -> u64 {
    let metrics = owners.metrics().await;
    let line = metrics.lines().find_map(|line| line.strip_prefix(name));
    line.map_or(0, |count| count.trim().parse().unwrap())
}

async fn told() -> Owners {
    told_under(&[]).await
}

/// What is found by this query, the newest first.
async fn found(reader: &Session, query: &str) -> Vec<Value> {
    let page = reader.get(&format!("/decisions?{query}")).await;
    let page = page.is(StatusCode::OK);
    page["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_decision_is_recorded_with_all_that_it_rests_on() {
    let mut owners = told().await;
    let mut question = disarm();
    // What nobody heard is nobody's to read.
    question["subject"]["properties"] = json!({ "duty": "secret" });
    question["context"] = json!({ "password": "secret" });
    let (_, answer) = owners.ask("evaluation", None, question).await;
    owners.record().await;
    let [reader, _] = people(&owners);
    let [decision] = found(&reader, "").await.try_into().unwrap();
    assert_eq!(decision["outcome"], "ALLOWED");
    assert_eq!(decision["caller"], "security-system-service");
    assert_eq!(decision["policies"], json!(["disarm"]));
    for both in ["policyVersion", "revision", "factsAgeMs"] {
        assert_eq!(decision[both], answer["context"][both]);
    }
    let facts_at = decision["factsAt"].as_str().unwrap();
    assert!(facts_at.contains("customer-service=\"1:3\""), "{facts_at}");
    assert_eq!(decision["at"], "2026-11-22T12:00:00Z");
    let named =
        |kind: &str, id: u128| json!({ "type": kind, "id": Uuid::from_u128(id), "properties": {} });
    assert_eq!(
        decision["question"],
        json!({
            "subject": named("User", DANA), "action": { "name": "disarm" },
            "resource": named("System", ALARM), "context": {},
        })
    );
}

#[tokio::test]
async fn what_a_caller_vouched_for_is_recorded_too() {
    let mut owners = told().await;
    let mut question = may(DANA, "disarm", 77);
    let place = json!({ "type": "Location", "id": Uuid::from_u128(2) });
    question["resource"]["properties"] = json!({ "location": place });
    assert!(owners.may(question).await);
    owners.record().await;
    let [reader, _] = people(&owners);
    let [decision] = found(&reader, "").await.try_into().unwrap();
    let said = &decision["question"]["resource"]["properties"];
    assert_eq!(said["location"], place);
}

#[tokio::test]
async fn items_of_a_batch_denials_and_doubts_are_recorded() {
    let mut owners = told().await;
    let (arm, fly) = (may(DANA, "arm", ALARM), may(DANA, "fly", ALARM));
    let batch = json!({ "evaluations": [disarm(), arm, fly] });
    owners.ask("evaluations", None, batch).await;
    owners.park(JOB, false).await;
    assert_eq!(owners.ask("evaluation", None, disarm()).await.0, 503);
    owners.record().await;
    let [reader, _] = people(&owners);
    let found = found(&reader, "").await;
    let outcomes: Vec<_> = found.iter().map(|one| &one["outcome"]).collect();
    // What is no question was not decided.
    assert_eq!(outcomes, ["UNDECIDED", "DENIED", "ALLOWED"]);
}

#[tokio::test]
async fn what_is_looked_for_is_found_and_nothing_else() {
    let mut owners = told().await;
    for (user, action) in [(DANA, "disarm"), (DANA, "view"), (99, "view")] {
        owners.may(may(user, action, ALARM)).await;
    }
    owners.clock.advance(SignedDuration::from_secs(30));
    owners.may(may(98, "arm", 97)).await;
    owners.record().await;
    let [reader, _] = people(&owners);
    let (dana, nowhere) = (Uuid::from_u128(DANA), Uuid::from_u128(97));
    for (query, count) in [
        (String::new(), 4),
        (format!("subject={dana}"), 2),
        (format!("subject={dana}&action=view"), 1),
        (format!("resource={nowhere}"), 1),
        ("outcome=DENIED".to_owned(), 2),
        ("caller=somebody".to_owned(), 0),
        ("policyVersion=another".to_owned(), 0),
        ("from=2026-11-22T12:00:30Z".to_owned(), 1),
        ("until=2026-11-22T12:00:30Z".to_owned(), 3),
    ] {
        assert_eq!(found(&reader, &query).await.len(), count, "{query}");
    }
    let page = reader.get("/decisions?limit=3").await.is(StatusCode::OK);
    let next = page["nextPage"].as_str().unwrap();
    let last = found(&reader, &format!("limit=3&page={next}")).await;
    assert_eq!(last.len(), 1);
    reader
        .get("/decisions?outcome=MAYBE")
        .await
        .names("outcome");
    reader
        .get("/decisions?user=x")
        .await
        .fails(400, "malformed");
    let zero = reader.get("/decisions?subject=%00").await;
    zero.names("subject");
}

/// An id may hold anything; a log that fails on one would lose its neighbours.
#[tokio::test]
async fn what_postgres_cannot_hold_is_recorded_as_well_as_it_can() {
    let mut owners = told().await;
    let mut question = disarm();
    question["subject"]["id"] = "a\0b".into();
    assert!(!owners.may(question).await);
    owners.record().await;
    let [reader, _] = people(&owners);
    let [decision] = found(&reader, "").await.try_into().unwrap();
    assert_eq!(decision["question"]["subject"]["id"], "a\u{fffd}b");
}

/// Nobody waits for the log: what it cannot take is lost, but not silently.
#[tokio::test]
async fn what_is_lost_is_counted() {
    let mut owners = told_under(&["--decisions-waiting", "512"]).await;
    let before = counted(&owners, "decisions_lost_total ").await;
    for _ in 0..21 {
        owners.flood(disarm(), 1000).await;
    }
    owners.record().await;
    assert_eq!(owners.kept().await, 20_000);
    // Another test may have lost one too.
    let lost = counted(&owners, "decisions_lost_total ").await - before;
    assert!(lost >= 1000, "{lost}");
}

/// Entries may be large, and the database gone for long.
#[tokio::test]
async fn what_waits_has_an_end_in_bytes_too() {
    let mut owners = told_under(&["--decisions-waiting", "1"]).await;
    let before = counted(&owners, "decisions_lost_total ").await;
    owners.flood(disarm(), 1000).await;
    owners.record().await;
    let kept = owners.kept().await;
    let bytes = owners
        .number("select sum(octet_length(facts::text))::bigint from decision")
        .await;
    assert!(kept > 100 && bytes < 1 << 20, "{kept}, {bytes} bytes");
    let lost = counted(&owners, "decisions_lost_total ").await - before;
    assert!(lost >= u64::try_from(1000 - kept).unwrap(), "{lost}");
    // What is written makes room.
    owners.flood(disarm(), 10).await;
    owners.record().await;
    assert_eq!(owners.kept().await, kept + 10);
}

/// Whoever does something does not keep it out of the log by looking, or by trying what they may not do.
#[tokio::test]
async fn neither_reads_nor_denials_push_out_what_was_allowed() {
    let mut owners = told_under(&["--decisions-waiting", "1"]).await;
    for flood in [may(DANA, "view", ALARM), may(99, "disarm", ALARM)] {
        owners.flood(flood, 1000).await;
    }
    assert!(owners.may(disarm()).await);
    owners.record().await;
    assert!(owners.kept().await < 2001);
    let [reader, _] = people(&owners);
    let changes = found(&reader, "action=disarm&outcome=ALLOWED").await;
    assert_eq!(changes.len(), 1);
}

/// Of a domain of its own only whoever runs the service knows which actions those are.
#[tokio::test]
async fn which_actions_change_nothing_is_told() {
    let mut owners = told_under(&["--reads", "view,disarm"]).await;
    for action in ["view", "disarm"] {
        assert!(owners.may(may(DANA, action, ALARM)).await);
    }
    owners.record().await;
    let changes = "select count(*) from decision where allowed_change";
    assert_eq!(owners.number(changes).await, 0);
    owners.restart_under(&["--reads", "arm"]);
    owners.take_in().await;
    assert!(owners.may(disarm()).await);
    assert!(!owners.may(may(DANA, "arm", ALARM)).await);
    owners.record().await;
    assert_eq!(owners.number(changes).await, 1);
}

/// What the database will never take does not keep what comes after it from being written.
#[tokio::test]
async fn what_is_refused_is_lost_alone() {
    let mut owners = told().await;
    let refuse = sqlx::raw_sql("alter table decision add check (action <> 'disarm')");
    refuse.execute(owners.database.pool()).await.unwrap();
    owners.may(disarm()).await;
    owners.may(may(DANA, "view", ALARM)).await;
    owners.record().await;
    let [reader, _] = people(&owners);
    let [decision] = found(&reader, "").await.try_into().unwrap();
    assert_eq!(decision["question"]["action"]["name"], "view");
}

#[tokio::test]
async fn what_was_kept_long_enough_is_removed() {
    let mut owners = told().await;
    owners.may(disarm()).await;
    owners.clock.advance(SignedDuration::from_secs(30));
    owners.may(disarm()).await;
    owners.record().await;
    let retention = owners.retention(Keeping {
        time: SignedDuration::from_hours(1),
        bytes: 1 << 30,
    });
    let mut left = Vec::new();
    for seconds in [3570, 1, 30] {
        owners.clock.advance(SignedDuration::from_secs(seconds));
        assert!(!retention.step().await.unwrap());
        left.push(owners.kept().await);
    }
    assert_eq!(left, [2, 1, 0]);
}

/// The disk is nobody's to fill. What goes first is the oldest, and of what was allowed to be changed nothing goes for anything else.
#[tokio::test]
async fn the_log_has_an_end() {
    let mut owners = told().await;
    assert!(owners.may(disarm()).await);
    for _ in 0..20 {
        owners.clock.advance(SignedDuration::from_secs(1));
        owners.may(may(DANA, "view", ALARM)).await;
    }
    let search = json!({
        "subject": { "type": "User", "id": Uuid::from_u128(DANA) }, "action": { "name": "view" }, "resource": { "type": "System" },
    });
    for _ in 0..20 {
        let (status, found) = owners.ask("search/resource", None, search.clone()).await;
        assert_eq!(status, 200, "{found}");
    }
    owners.record().await;
    let view = owners
        .number("select max(bytes)::bigint from decision where action = 'view'")
        .await;
    let counter = "decisions_crowded_out_total ";
    let before = counted(&owners, counter).await;
    // Three quarters of sixteen are twelve.
    let retention = owners.retention(Keeping {
        time: SignedDuration::from_hours(1),
        bytes: 16 * view,
    });
    while retention.step().await.unwrap() {}
    assert_eq!(owners.kept().await, 1 + 12);
    assert!(counted(&owners, counter).await - before >= 8);
    let [reader, _] = people(&owners);
    assert_eq!(found(&reader, "action=disarm").await.len(), 1);
    let views = found(&reader, "action=view").await;
    assert_eq!(views[11]["at"], "2026-11-22T12:00:09Z");
    let left = owners.number("select count(*) from search").await;
    assert!((1..20).contains(&left), "{left} searches");
    // What is counted is what there is.
    for (counted, there) in [
        (
            "select others from log_size where log = 'DECISIONS'",
            "select sum(bytes)::bigint from decision where not allowed_change",
        ),
        (
            "select changes from log_size where log = 'DECISIONS'",
            "select sum(bytes)::bigint from decision where allowed_change",
        ),
        (
            "select others from log_size where log = 'SEARCHES'",
            "select sum(bytes)::bigint from search",
        ),
    ] {
        assert_eq!(owners.number(counted).await, owners.number(there).await);
    }
}

#[tokio::test]
async fn a_version_is_compared_by_what_was_asked() {
    let mut owners = told().await;
    for _ in 0..2 {
        owners.may(disarm()).await;
        owners.may(may(DANA, "view", ALARM)).await;
        owners.may(may(99, "disarm", ALARM)).await;
    }
    owners.record().await;
    let [author, _] = people(&owners);
    upload(&author, CLOSED).await;
    let comparison = async |version: i64| {
        let path = format!("/policies/versions/{version}/comparison");
        author.get(&path).await
    };
    let closed = comparison(1).await.is(StatusCode::OK);
    assert_eq!(
        (&closed["asked"], &closed["different"]),
        (&json!(3), &json!(1))
    );
    let difference = &closed["differences"][0];
    let subject = &difference["question"]["subject"]["id"];
    assert_eq!(*subject, json!(Uuid::from_u128(DANA)));
    let answer = |decision: bool, by: &str| json!({ "decision": decision, "policies": [by] });
    assert_eq!(difference["active"], answer(true, "disarm"));
    assert_eq!(difference["candidate"], answer(false, "closed"));
    assert_eq!(comparison(0).await.is(StatusCode::OK)["different"], 0);
    comparison(2).await.fails(404, "not-found");
}
