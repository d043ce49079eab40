//! An owner of facts that says more than is its own to say: about what another calls by the same id, or about another aggregate
//! than its event names.

use outbox::{Event, Handler as _, Message, Position};
use serde_json::{Value, json};
use uuid::Uuid;

use authz_service::events::FactEvents;

use crate::owners::{CUSTOMERS, DEALERS, Owners, PROVIDERS, may};
use crate::telling::{ALARM, DANA, TOWER, installed};

const CUSTOMER: Uuid = Uuid::from_u128(1);
const DEALER: Uuid = Uuid::from_u128(20);
const PROVIDER: Uuid = Uuid::from_u128(30);
const TEAM: Uuid = Uuid::from_u128(60);
const JOB: Uuid = Uuid::from_u128(61);

/// The names of events of this kind of aggregate, and the state in which it is.
macro_rules! says {
    ($language:ident::$aggregate:ident, $id:expr, $state:tt) => {{
        use $language::$aggregate::{AGGREGATE, CHANGED};
        Message::changed(AGGREGATE, $id, 1, CHANGED, &json!($state)).unwrap()
    }};
}

fn team_of(organization: &str, id: Uuid, members: &[Uuid], roles: &Value) -> Value {
    json!({ "teamId": TEAM, organization: id, "name": "Nights", "members": members, "roles": roles })
}

/// The tower is a customer's, who appointed a dealer, whose team may disarm there.
async fn tower() -> Owners {
    let mut owners = Owners::silent().await;
    let id = Uuid::from_u128(TOWER);
    let site = json!({
        "locationId": id, "name": "Tower", "customerId": CUSTOMER, "dealerId": DEALER, "reservedBy": null,
    });
    let site = says!(customer_events::location, id, site);
    owners.hear(CUSTOMERS, vec![site]).await;
    let there = json!({ id.to_string(): ["SECURITY_SYSTEM_DISARMER"] });
    let team = team_of("dealerId", DEALER, &[], &there);
    let team = says!(dealer_events::team, TEAM, team);
    owners.hear(DEALERS, vec![team]).await;
    owners
        .hear(crate::owners::SYSTEMS, vec![installed(TOWER)])
        .await;
    owners
}

#[tokio::test]
async fn a_team_is_its_organizations_whatever_another_calls_it() {
    let mut owners = tower().await;
    let job = json!({
        "employeeId": JOB, "userId": Uuid::from_u128(DANA), "monitoringProviderId": PROVIDER, "name": "Dana",
        "active": true, "roles": [], "schedule": null,
    });
    let job = says!(monitoring_events::employment, JOB, job);
    let team = team_of("monitoringProviderId", PROVIDER, &[JOB], &json!({}));
    let team = says!(monitoring_events::team, TEAM, team);
    owners.hear(PROVIDERS, vec![job, team]).await;
    assert!(!owners.may(may(DANA, "disarm", ALARM)).await);
    assert!(!owners.may(may(DANA, "view", ALARM)).await);
}

/// Nor is what one owner says of a thing, or of its end, said of what another calls by the same id.
#[tokio::test]
async fn what_two_owners_call_by_one_id_are_two() {
    let mut owners = tower().await;
    let installer = |active: bool| {
        let state = json!({
            "employeeId": JOB, "userId": Uuid::from_u128(DANA), "dealerId": DEALER, "name": "Dana",
            "active": active, "roles": ["SECURITY_SYSTEM_DISARMER"], "schedule": null,
        });
        says!(dealer_events::employment, JOB, state)
    };
    owners.hear(DEALERS, vec![installer(true)]).await;
    assert!(owners.may(may(DANA, "disarm", ALARM)).await);
    let elsewhere = json!({
        "employeeId": JOB, "userId": Uuid::from_u128(DANA), "monitoringProviderId": PROVIDER, "name": "Dana",
        "active": true, "roles": [], "schedule": null,
    });
    let elsewhere = says!(monitoring_events::employment, JOB, elsewhere);
    owners.hear(PROVIDERS, vec![elsewhere]).await;
    let mut question = may(DANA, "disarm", ALARM);
    question["options"] = json!({ "grants": true });
    let (_, answer) = owners.ask("evaluation", None, question).await;
    assert_eq!(answer["decision"], true);
    assert_eq!(answer["context"]["law"]["outcome"], "allowed");
    let gone = monitoring_events::employment::REMOVED;
    let gone = Message::removed(dealer_events::employment::AGGREGATE, JOB, 1, gone);
    owners.hear(PROVIDERS, vec![gone]).await;
    assert!(owners.may(may(DANA, "disarm", ALARM)).await);
    owners.hear(DEALERS, vec![installer(false)]).await;
    assert!(!owners.may(may(DANA, "disarm", ALARM)).await);
}

/// Otherwise one aggregate could speak for another, and the end of the other would not be its end.
#[tokio::test]
async fn a_state_that_is_anothers_is_not_understood() {
    let owners = Owners::silent().await;
    let mut connection = owners.database.pool().acquire().await.unwrap();
    for (events, (aggregate, changed), state) in states() {
        let state: Value = serde_json::from_str(state).unwrap();
        let ids = state.as_object().unwrap().iter();
        let ids = ids.filter(|(name, id)| name.ends_with("Id") && id.is_string());
        let mut understood = 0;
        for id in ids.map(|(_, id)| id.as_str().unwrap().parse::<Uuid>().unwrap()) {
            let message = Message::changed(aggregate, id, 1, changed, &state).unwrap();
            let (at, now) = (Position::new(1, 1), owners.clock.now());
            let event = Event::of(message, events.source, at, now, 1);
            understood += u8::from(events.apply(&mut connection, &event).await.is_ok());
        }
        assert_eq!(understood, 1, "{changed}");
    }
}

/// Every aggregate that is kept, in a state.
fn states() -> Vec<(FactEvents, (&'static str, &'static str), &'static str)> {
    macro_rules! states {
        ($($events:ident: $language:ident::$aggregate:ident in $golden:literal,)+) => {
            vec![$((
                FactEvents::$events,
                ($language::$aggregate::AGGREGATE, $language::$aggregate::CHANGED),
                include_str!(concat!("../../../crates/", $golden, ".v1.json")),
            )),+]
        };
    }
    states![
        OF_CUSTOMERS: customer_events::customer in "customer-events/golden/customer",
        OF_CUSTOMERS: customer_events::location in "customer-events/golden/location",
        OF_CUSTOMERS: customer_events::employment in "customer-events/golden/employment",
        OF_CUSTOMERS: customer_events::team in "customer-events/golden/team",
        OF_DEALERS: dealer_events::dealer in "dealer-events/golden/dealer",
        OF_DEALERS: dealer_events::employment in "dealer-events/golden/employment",
        OF_DEALERS: dealer_events::team in "dealer-events/golden/team",
        OF_PROVIDERS: monitoring_events::monitoring_provider in "monitoring-events/golden/monitoring-provider",
        OF_PROVIDERS: monitoring_events::employment in "monitoring-events/golden/employment",
        OF_PROVIDERS: monitoring_events::team in "monitoring-events/golden/team",
        OF_SYSTEMS: security_system_events::system in "security-system-events/golden/system",
    ]
}
