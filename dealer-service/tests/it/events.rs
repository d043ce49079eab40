//! What was committed is published, in the published language.

use axum::http::StatusCode;
use dealer_events::{DealerRole, DealerState, EmploymentState, TeamState};
use outbox::Relay;
use serde_json::{Value, json};
use testkit::nats::{Published, TestNats};

use crate::world::World;

const PROVIDER: &str = "0198c5a0-0000-7000-8000-0000000000b1";
const TOWER: &str = "0198c5a0-0000-7000-8000-0000000000f1";

/// All that the service has published until now.
async fn published(world: &World, nats: &TestNats) -> Vec<Published> {
    let clock = world.clock.clone();
    let js = nats.jetstream().await.unwrap();
    let pool = world.pool().clone();
    let mut relay = Relay::new(pool, js, "dealer-service", move || clock.now());
    while relay.step().await.unwrap().worked() {}
    nats.published("dealer-service").await.unwrap()
}

#[tokio::test]
async fn what_was_committed_is_published() {
    let world = World::start().await;
    let dealer = world.dealer("Keystone").await;
    let admin = world.as_user(dealer.admin);
    let roles = [
        "SECURITY_SYSTEM_DEALER_EMPLOYEE_ADMINISTRATOR",
        "SECURITY_SYSTEM_DISARMER",
    ];
    let grace = world.hire(&dealer, "grace@example.org", &roles).await;
    let team = world.team(&dealer, "Installers").await;
    let disarmer = json!({ "roles": ["SECURITY_SYSTEM_DISARMER"] });
    for (path, body) in [
        (team.member(&grace.id), json!({})),
        (team.at(TOWER), disarmer),
        (
            format!("{}/monitoring-provider", dealer.path),
            json!({ "monitoringProviderId": PROVIDER }),
        ),
    ] {
        admin.put(&path, body).await.is(StatusCode::OK);
    }

    let nats = TestNats::start().await.unwrap();
    let events = published(&world, &nats).await;
    let kinds: Vec<_> = events.iter().map(|it| it.said().0).collect();
    let expected = [
        "employment.changed.v1",
        "employment.changed.v1",
        "team.changed.v1",
        "dealer.changed.v1",
    ];
    assert_eq!(kinds, expected, "the last of each aggregate");
    let stated: EmploymentState = serde_json::from_value(events[1].state.clone()).unwrap();
    assert_eq!(stated.employee_id.to_string(), grace.id);
    assert_eq!((stated.user_id, stated.active), (grace.user, true));
    assert!(
        stated
            .roles
            .contains(&DealerRole::SecuritySystemDealerEmployeeAdministrator)
    );
    let stated: TeamState = serde_json::from_value(events[2].state.clone()).unwrap();
    assert_eq!(stated.team_id.to_string(), team.id);
    assert_eq!((stated.members.len(), stated.roles.len()), (1, 1));
    let stated: DealerState = serde_json::from_value(events[3].state.clone()).unwrap();
    assert_eq!(stated.dealer_id.to_string(), dealer.id);
    assert_eq!(stated.monitoring_provider_id.unwrap().to_string(), PROVIDER);
    assert_eq!(events[3].version, "2");
}

#[tokio::test]
async fn an_end_is_said_with_all_that_ends() {
    let world = World::start().await;
    let dealer = world.dealer("Keystone").await;
    let admin = world.as_user(dealer.admin);
    let provider = format!("{}/monitoring-provider", dealer.path);
    admin
        .put(&provider, json!({ "monitoringProviderId": PROVIDER }))
        .await
        .is(StatusCode::OK);
    let dismissed = admin.delete(&provider).await;
    assert_eq!(
        dismissed.header("consistency-token"),
        "dealer-service=\"1:4\""
    );
    let nats = TestNats::start().await.unwrap();
    let events = published(&world, &nats).await;
    let (kind, version, state) = events.last().unwrap().said();
    assert_eq!((kind, version), ("dealer.changed.v1", "3"));
    assert_eq!(
        state["monitoringProviderId"],
        json!(null),
        "said, not left out"
    );
    assert!(state.get("monitoringProviderId").is_some());

    let platform = world.platform();
    platform
        .delete(&dealer.path)
        .await
        .is(StatusCode::NO_CONTENT);
    let events = published(&world, &nats).await;
    let said: Vec<_> = events.iter().map(Published::said).collect();
    let expected = [
        ("employment.removed.v1", "2", &Value::Null),
        ("dealer.removed.v1", "4", &Value::Null),
    ];
    assert_eq!(said, expected);
}
