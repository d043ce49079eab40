//! What was committed is published, in the published language.

use axum::http::StatusCode;
use monitoring_events::{EmploymentState, MonitoringProviderState, ProviderRole, TeamState};
use outbox::Relay;
use serde_json::{Value, json};
use testkit::nats::{Published, TestNats};

use crate::world::{ADMINISTRATOR, World};

/// All that the service has published until now.
async fn published(world: &World, nats: &TestNats) -> Vec<Published> {
    let clock = world.clock.clone();
    let js = nats.jetstream().await.unwrap();
    let pool = world.pool().clone();
    let mut relay = Relay::new(pool, js, "monitoring-service", move || clock.now());
    while relay.step().await.unwrap().worked() {}
    nats.published("monitoring-service").await.unwrap()
}

#[tokio::test]
async fn what_was_committed_is_published_and_so_is_its_end() {
    let world = World::start().await;
    let provider = world.provider("Watchtower").await;
    let admin = world.as_user(provider.admin);
    let roles = [ADMINISTRATOR, "SECURITY_SYSTEM_DISARMER"];
    let grace = world.hire(&provider, "grace@example.org", &roles).await;
    let team = world.team(&provider, "Operators").await;
    let member = team.member(&grace.id);
    admin.put(&member, json!({})).await.is(StatusCode::OK);

    let nats = TestNats::start().await.unwrap();
    let events = published(&world, &nats).await;
    let kinds: Vec<_> = events.iter().map(|it| it.said().0).collect();
    let expected = [
        "monitoring-provider.changed.v1",
        "employment.changed.v1",
        "employment.changed.v1",
        "team.changed.v1",
    ];
    assert_eq!(kinds, expected);
    let stated: MonitoringProviderState = serde_json::from_value(events[0].state.clone()).unwrap();
    assert_eq!(stated.monitoring_provider_id.to_string(), provider.id);
    let stated: EmploymentState = serde_json::from_value(events[2].state.clone()).unwrap();
    assert_eq!((stated.user_id, stated.active), (grace.user, true));
    assert!(
        stated
            .roles
            .contains(&ProviderRole::MonitoringProviderEmployeeAdministrator)
    );
    let stated: TeamState = serde_json::from_value(events[3].state.clone()).unwrap();
    assert_eq!(stated.members.len(), 1);

    for path in [&grace.path, &team.path] {
        admin.delete(path).await.is(StatusCode::NO_CONTENT);
    }
    let platform = world.platform();
    platform
        .delete(&provider.path)
        .await
        .is(StatusCode::NO_CONTENT);
    let events = published(&world, &nats).await;
    let said: Vec<_> = events.iter().map(Published::said).collect();
    let expected = [
        ("employment.removed.v1", "2", &Value::Null),
        ("team.removed.v1", "4", &Value::Null),
        ("employment.removed.v1", "2", &Value::Null),
        ("monitoring-provider.removed.v1", "2", &Value::Null),
    ];
    assert_eq!(said, expected);
}
