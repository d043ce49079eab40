//! What the owners of facts tell is what is answered by: fresh enough, or not at all.

use access::{Employment, Location, Organization, Schedule, SystemRole};
use authz_service::domain::{Kind, State};
use jiff::SignedDuration;
use serde_json::json;
use uuid::Uuid;

use crate::owners::{CUSTOMERS, Owners, may};

const SYSTEMS: &str = "security-system-service";
const CUSTOMER: u128 = 1;
const TOWER: u128 = 2;
const DANA: u128 = 3;
const JOB: u128 = 4;
const ALARM: u128 = 5;

type Told = (Kind, Uuid, Option<State>);

fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

fn customer() -> Told {
    let is = Organization::Customer(id(CUSTOMER));
    let name = "Blue Harbor Offices".to_owned();
    (
        Kind::Organization,
        id(CUSTOMER),
        Some(State::Organization {
            is,
            name,
            provider: None,
        }),
    )
}

fn location(number: u128) -> Told {
    let location = Location {
        id: id(number),
        name: format!("Location {number}"),
        customer: id(CUSTOMER),
        customer_name: String::new(),
        dealer: None,
        provider: None,
    };
    (Kind::Location, id(number), Some(State::Location(location)))
}

fn employment(schedule: Option<Schedule>) -> Told {
    let employment = Employment {
        id: id(JOB),
        user: id(DANA),
        organization: Organization::Customer(id(CUSTOMER)),
        organization_name: String::new(),
        roles: [SystemRole::Disarmer].into(),
        location_roles: [].into(),
        schedule,
    };
    (
        Kind::Employment,
        id(JOB),
        Some(State::Employment(employment)),
    )
}

fn system(location: u128) -> Told {
    (
        Kind::System,
        id(ALARM),
        Some(State::System {
            id: id(ALARM),
            location: id(location),
        }),
    )
}

async fn told() -> Owners {
    let mut owners = Owners::silent().await;
    owners
        .hear(
            CUSTOMERS,
            vec![customer(), location(TOWER), employment(None)],
        )
        .await;
    owners.hear(SYSTEMS, vec![system(TOWER)]).await;
    owners
}

fn disarm() -> serde_json::Value {
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
    owners
        .hear(CUSTOMERS, vec![(Kind::Employment, id(JOB), None)])
        .await;
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
    owners
        .keep(CUSTOMERS, vec![(Kind::Employment, id(JOB), None)])
        .await;
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
    for source in [CUSTOMERS, "dealer-service", "monitoring-service"] {
        owners.hear(source, Vec::new()).await;
        assert_eq!(owners.ask("evaluation", None, disarm()).await.0, 503);
    }
    owners.hear(SYSTEMS, Vec::new()).await;
    assert!(owners.may(disarm()).await);
}

#[tokio::test]
async fn a_shift_begins_with_its_minute() {
    let mut owners = told().await;
    let schedule = r#"{"timeZone":"UTC","windows":[{"day":"SUNDAY","start":"12:01","end":"12:02"}],"exceptions":[]}"#;
    let schedule = serde_json::from_str(schedule).unwrap();
    owners
        .hear(CUSTOMERS, vec![employment(Some(schedule))])
        .await;
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(owners.may(disarm()).await);
        assert!(owners.may(may(DANA, "view", ALARM)).await);
        owners.clock.advance(SignedDuration::from_secs(30));
        for source in [CUSTOMERS, "dealer-service", "monitoring-service", SYSTEMS] {
            owners.keep(source, Vec::new()).await;
        }
        owners.take_in().await;
    }
    assert_eq!(seen, [false, false, true, true, false]);
}

#[tokio::test]
async fn what_could_not_be_taken_in_makes_a_denial_a_doubt() {
    let owners = told().await;
    let park = "insert into outbox.parked (source, generation, subject, aggregate, id, users, organizations, locations, legible, error, at)
                values ($1, outbox.generation($1), $2, 'employment', $3, '{}', '{}', '{}', $4, 'not understood', now())";
    let park = async |subject: &str, id: u128, legible: bool| {
        let insert = sqlx::query(park)
            .bind(CUSTOMERS)
            .bind(subject)
            .bind(Uuid::from_u128(id))
            .bind(legible);
        insert.execute(owners.database.pool()).await.unwrap();
        owners.take_in().await;
    };
    park("employment.4", JOB, true).await;
    // It may have been its end, or a role more.
    assert_eq!(owners.ask("evaluation", None, disarm()).await.0, 503);
    let somebody_else = may(99, "disarm", ALARM);
    assert_eq!(
        owners
            .ask("evaluation", None, somebody_else.clone())
            .await
            .0,
        503,
        "the customer is named by it"
    );
    let (_, batch) = owners
        .ask("evaluations", None, json!({ "evaluations": [disarm()] }))
        .await;
    assert_eq!(batch["evaluations"][0]["context"]["error"]["status"], 503);
    sqlx::query("delete from outbox.parked")
        .execute(owners.database.pool())
        .await
        .unwrap();
    owners.take_in().await;
    assert!(owners.may(disarm()).await);
    park("employment.77", 77, false).await;
    assert!(owners.may(disarm()).await, "what is known is proof enough");
    assert_eq!(owners.ask("evaluation", None, somebody_else).await.0, 503);
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
        .hear(CUSTOMERS, vec![customer(), location(TOWER)])
        .await;
    assert!(!owners.may(disarm()).await);
    owners.hear(CUSTOMERS, vec![employment(None)]).await;
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
    owners
        .hear(CUSTOMERS, vec![(Kind::Employment, id(JOB), None)])
        .await;
    question["subject"]["properties"] =
        json!({ "duty": { "type": "Duty", "id": Uuid::from_u128(DANA) } });
    assert!(!owners.may(question).await);
}

#[tokio::test]
async fn the_condition_of_a_list_is_the_locations() {
    let mut owners = told().await;
    owners
        .hear(CUSTOMERS, (11..=15).map(location).collect())
        .await;
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
    let gone = owners
        .begin(CUSTOMERS, vec![(Kind::Employment, id(JOB), None)])
        .await;
    owners.hear(SYSTEMS, vec![system(TOWER)]).await;
    assert!(owners.may(disarm()).await);
    gone.commit().await.unwrap();
    owners.take_in().await;
    assert!(!owners.may(disarm()).await);
}
