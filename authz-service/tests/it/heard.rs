//! Events as they are published, and what follows from them: the golden documents of all owners.

use customer_events::{customer, employment, location, team};
use dealer_events::dealer;
use jiff::SignedDuration;
use monitoring_events::monitoring_provider;
use outbox::{Event, Handler as _, Message, Position};
use security_system_events::system;
use serde_json::{Value, json};
use uuid::Uuid;

use authz_service::events::FactEvents;

use crate::owners::{CUSTOMERS, DEALERS, Owners, PROVIDERS, SYSTEMS};

macro_rules! golden {
    ($path:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("../../../crates/", $path, ".v1.json")))
            .unwrap()
    };
}

const NOA: &str = "01936d00-0000-7000-8000-0000000000b1";
const DANA: &str = "01936d00-0000-7000-8000-0000000000b2";
const SYSTEM: &str = "01936d00-0000-7000-8000-0000000000f1";

/// Noa's night begins on Monday at ten in New York: noon on Sunday in Greenwich is long before.
const UNTIL_MONDAY_NIGHT: SignedDuration = SignedDuration::from_hours(39);

/// An aggregate in this state.
fn says(aggregate: &'static str, changed: &'static str, id: &str, state: &Value) -> Message {
    let id: Uuid = state[id].as_str().unwrap().parse().unwrap();
    Message::changed(aggregate, id, 1, changed, state).unwrap()
}

fn ended(aggregate: &'static str, removed: &'static str, id: &str, state: &Value) -> Message {
    let id: Uuid = state[id].as_str().unwrap().parse().unwrap();
    Message::removed(aggregate, id, 1, removed)
}

fn may(user: &str, action: &str) -> Value {
    json!({
        "subject": { "type": "User", "id": user }, "action": { "name": action }, "resource": { "type": "System", "id": SYSTEM },
    })
}

/// A system in Harbor Tower, of which all owners but for people have told.
async fn tower() -> Owners {
    let mut owners = Owners::silent().await;
    let customer = golden!("customer-events/golden/customer");
    let site = golden!("customer-events/golden/location");
    let told = vec![
        says(
            customer::AGGREGATE,
            customer::CHANGED,
            "customerId",
            &customer,
        ),
        says(location::AGGREGATE, location::CHANGED, "locationId", &site),
    ];
    owners.hear(CUSTOMERS, told).await;
    let dealer = golden!("dealer-events/golden/dealer");
    let dealer = says(dealer::AGGREGATE, dealer::CHANGED, "dealerId", &dealer);
    owners.hear(DEALERS, vec![dealer]).await;
    let provider = golden!("monitoring-events/golden/monitoring-provider");
    let (aggregate, changed) = (monitoring_provider::AGGREGATE, monitoring_provider::CHANGED);
    let provider = says(aggregate, changed, "monitoringProviderId", &provider);
    owners.hear(PROVIDERS, vec![provider]).await;
    let installed = golden!("security-system-events/golden/system");
    let installed = says(system::AGGREGATE, system::CHANGED, "systemId", &installed);
    owners.hear(SYSTEMS, vec![installed]).await;
    owners
}

#[tokio::test]
async fn people_of_all_three_kinds_of_organization_are_heard_of() {
    use {dealer_events as dealers, monitoring_events as providers};
    let all = [
        (
            CUSTOMERS,
            [
                employment::AGGREGATE,
                employment::CHANGED,
                employment::REMOVED,
            ],
            golden!("customer-events/golden/employment"),
            golden!("customer-events/golden/employment-without-schedule"),
        ),
        (
            DEALERS,
            [
                dealers::employment::AGGREGATE,
                dealers::employment::CHANGED,
                dealers::employment::REMOVED,
            ],
            golden!("dealer-events/golden/employment"),
            golden!("dealer-events/golden/employment-without-schedule"),
        ),
        (
            PROVIDERS,
            [
                providers::employment::AGGREGATE,
                providers::employment::CHANGED,
                providers::employment::REMOVED,
            ],
            golden!("monitoring-events/golden/employment"),
            golden!("monitoring-events/golden/employment-without-schedule"),
        ),
    ];
    for (source, [aggregate, changed, removed], noa, mut dana) in all {
        let mut owners = tower().await;
        assert!(!owners.may(may(NOA, "view")).await, "{source}");
        owners
            .hear(source, vec![says(aggregate, changed, "employeeId", &noa)])
            .await;
        assert!(owners.may(may(NOA, "view")).await, "{source}");
        assert!(!owners.may(may(NOA, "disarm")).await, "{source}: by day");
        owners.clock.advance(UNTIL_MONDAY_NIGHT);
        owners.go_on().await;
        assert!(owners.may(may(NOA, "disarm")).await, "{source}: by night");
        owners
            .hear(source, vec![ended(aggregate, removed, "employeeId", &noa)])
            .await;
        assert!(!owners.may(may(NOA, "view")).await, "{source}: dismissed");
        // Somebody who is not employed any more, and then again, at any hour.
        owners
            .hear(source, vec![says(aggregate, changed, "employeeId", &dana)])
            .await;
        assert!(!owners.may(may(DANA, "view")).await, "{source}: inactive");
        dana["active"] = true.into();
        dana["roles"] = json!(["SECURITY_SYSTEM_DISARMER"]);
        owners
            .hear(source, vec![says(aggregate, changed, "employeeId", &dana)])
            .await;
        assert!(owners.may(may(DANA, "disarm")).await, "{source}: active");
        assert!(
            !owners.may(may(DANA, "arm")).await,
            "{source}: no role implies another"
        );
    }
}

#[tokio::test]
async fn roles_at_a_location_are_heard_of() {
    let mut owners = tower().await;
    let mut noa = golden!("customer-events/golden/employment");
    noa["schedule"] = Value::Null;
    noa["roles"] = json!([]);
    let noa = says(
        employment::AGGREGATE,
        employment::CHANGED,
        "employeeId",
        &noa,
    );
    owners.hear(CUSTOMERS, vec![noa]).await;
    assert!(owners.may(may(NOA, "arm")).await);
    assert!(!owners.may(may(NOA, "disarm")).await);
}

#[tokio::test]
async fn teams_of_all_three_kinds_of_organization_are_heard_of() {
    use {dealer_events as dealers, monitoring_events as providers};
    let all = [
        (
            CUSTOMERS,
            [employment::AGGREGATE, employment::CHANGED],
            golden!("customer-events/golden/employment"),
            [team::AGGREGATE, team::CHANGED, team::REMOVED],
            golden!("customer-events/golden/team"),
        ),
        (
            DEALERS,
            [dealers::employment::AGGREGATE, dealers::employment::CHANGED],
            golden!("dealer-events/golden/employment"),
            [
                dealers::team::AGGREGATE,
                dealers::team::CHANGED,
                dealers::team::REMOVED,
            ],
            golden!("dealer-events/golden/team"),
        ),
        (
            PROVIDERS,
            [
                providers::employment::AGGREGATE,
                providers::employment::CHANGED,
            ],
            golden!("monitoring-events/golden/employment"),
            [
                providers::team::AGGREGATE,
                providers::team::CHANGED,
                providers::team::REMOVED,
            ],
            golden!("monitoring-events/golden/team"),
        ),
    ];
    for (source, [aggregate, changed], mut noa, of_team, mut team) in all {
        let mut owners = tower().await;
        let site = golden!("customer-events/golden/location");
        for (field, nothing) in [
            ("roles", json!([])),
            ("locationRoles", json!({})),
            ("schedule", Value::Null),
        ] {
            if noa.get(field).is_some() {
                noa[field] = nothing;
            }
        }
        let there = site["locationId"].as_str().unwrap();
        team["roles"] = json!({ there: ["SECURITY_SYSTEM_ARMER"] });
        owners
            .hear(source, vec![says(aggregate, changed, "employeeId", &noa)])
            .await;
        assert!(!owners.may(may(NOA, "arm")).await, "{source}");
        owners
            .hear(source, vec![says(of_team[0], of_team[1], "teamId", &team)])
            .await;
        assert!(owners.may(may(NOA, "arm")).await, "{source}");
        owners
            .hear(source, vec![ended(of_team[0], of_team[2], "teamId", &team)])
            .await;
        assert!(!owners.may(may(NOA, "arm")).await, "{source}");
    }
}

/// Each end takes away what led through it.
#[tokio::test]
async fn ends_are_heard_of() {
    use monitoring_events as providers;
    let operator = golden!("monitoring-events/golden/employment");
    let operator = || {
        let of = (
            providers::employment::AGGREGATE,
            providers::employment::CHANGED,
        );
        says(of.0, of.1, "employeeId", &operator)
    };
    let site = golden!("customer-events/golden/location");
    let mut without_dealer = site.clone();
    without_dealer["dealerId"] = Value::Null;
    let dealer = golden!("dealer-events/golden/dealer");
    let mut without_provider = dealer.clone();
    without_provider["monitoringProviderId"] = Value::Null;
    let installed = golden!("security-system-events/golden/system");
    for (source, end) in [
        (
            CUSTOMERS,
            says(
                location::AGGREGATE,
                location::CHANGED,
                "locationId",
                &without_dealer,
            ),
        ),
        (
            CUSTOMERS,
            ended(location::AGGREGATE, location::REMOVED, "locationId", &site),
        ),
        (
            DEALERS,
            says(
                dealer::AGGREGATE,
                dealer::CHANGED,
                "dealerId",
                &without_provider,
            ),
        ),
        (
            DEALERS,
            ended(dealer::AGGREGATE, dealer::REMOVED, "dealerId", &dealer),
        ),
        (
            SYSTEMS,
            ended(system::AGGREGATE, system::REMOVED, "systemId", &installed),
        ),
    ] {
        let mut owners = tower().await;
        owners.hear(PROVIDERS, vec![operator()]).await;
        assert!(owners.may(may(NOA, "view")).await);
        let told = end.event_type;
        owners.hear(source, vec![end]).await;
        assert!(!owners.may(may(NOA, "view")).await, "{told}");
    }
}

/// To pass over it would be to go on allowing what it may end.
#[tokio::test]
async fn what_is_not_understood_is_not_passed_over() {
    let owners = Owners::silent().await;
    let mut connection = owners.database.pool().acquire().await.unwrap();
    let mut noa = golden!("customer-events/golden/employment");
    noa.as_object_mut().unwrap().remove("schedule");
    let unsaid = says(
        employment::AGGREGATE,
        employment::CHANGED,
        "employeeId",
        &noa,
    );
    let newer = Message {
        event_type: "io.realguardio.customer.employment.changed.v2",
        ..unsaid.clone()
    };
    for message in [unsaid, newer] {
        let told = message.event_type;
        let event = Event::of(
            message,
            CUSTOMERS,
            Position::new(1, 1),
            owners.clock.now(),
            1,
        );
        let applied = FactEvents::OF_CUSTOMERS
            .apply(&mut connection, &event)
            .await;
        assert!(applied.is_err(), "{told}");
    }
    // A kind of aggregate that grants nothing is nobody's business here.
    let profile = Message::removed(
        "profile",
        Uuid::nil(),
        1,
        "io.realguardio.customer.profile.removed.v1",
    );
    let event = Event::of(
        profile,
        CUSTOMERS,
        Position::new(1, 1),
        owners.clock.now(),
        1,
    );
    FactEvents::OF_CUSTOMERS
        .apply(&mut connection, &event)
        .await
        .unwrap();
}
