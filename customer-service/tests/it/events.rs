//! What was committed is published, once.

use axum::http::StatusCode;
use customer_events::{CustomerState, EmploymentState, LocationState, TeamState};
use outbox::Relay;
use serde_json::{Value, json};
use testkit::nats::{Published, TestNats};

use crate::world::World;

async fn relay(world: &World, nats: &TestNats) -> Relay {
    let clock = world.clock.clone();
    let js = nats.jetstream().await.unwrap();
    Relay::new(world.pool().clone(), js, "customer-service", move || {
        clock.now()
    })
}

#[tokio::test]
async fn what_was_committed_before_a_crash_is_published_once_after_it() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let grace = world
        .hire(&customer, "grace@example.org", &["SECURITY_SYSTEM_ARMER"])
        .await;
    let tower = world.location(&customer, "Harbor Tower").await;
    let team = world.team(&customer, "Night Watch").await;
    // Nothing was published until here: as after a kill between commit and publish.
    let nats = TestNats::start().await.unwrap();
    for _ in 0..2 {
        let mut relay = relay(&world, &nats).await;
        while relay.step().await.unwrap().worked() {}
    }
    let events = nats.published("customer-service").await.unwrap();
    let kinds: Vec<_> = events.iter().map(|it| it.said().0).collect();
    let expected = [
        "customer.changed.v1",
        "employment.changed.v1",
        "employment.changed.v1",
        "location.changed.v1",
        "team.changed.v1",
    ];
    assert_eq!(kinds, expected);
    let positions: Vec<_> = events.iter().map(|event| event.position.as_str()).collect();
    assert_eq!(positions, ["1", "2", "3", "4", "5"], "each once, in order");

    let state = |n: usize| events[n].state.clone();
    let stated: CustomerState = serde_json::from_value(state(0)).unwrap();
    assert_eq!(stated.customer_id.to_string(), customer.id);
    let stated: EmploymentState = serde_json::from_value(state(2)).unwrap();
    assert_eq!(
        (
            stated.employee_id.to_string(),
            stated.user_id,
            stated.active
        ),
        (grace.id.clone(), grace.user, true)
    );
    let stated: LocationState = serde_json::from_value(state(3)).unwrap();
    assert_eq!(
        (stated.location_id.to_string(), stated.dealer_id),
        (tower, None)
    );
    let stated: TeamState = serde_json::from_value(state(4)).unwrap();
    assert_eq!(stated.team_id.to_string(), team.id);
}

#[tokio::test]
async fn an_end_is_said_with_all_that_ends() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let grace = world.hire(&customer, "grace@example.org", &[]).await;
    let team = world.team(&customer, "Night Watch").await;
    admin
        .put(&team.member(&grace.id), json!({}))
        .await
        .is(StatusCode::OK);
    let ended = admin.delete(&grace.path).await;
    assert_eq!(
        ended.header("consistency-token"),
        "customer-service=\"1:7\""
    );
    admin.delete(&team.path).await.is(StatusCode::NO_CONTENT);
    world
        .platform()
        .delete(&customer.path)
        .await
        .is(StatusCode::NO_CONTENT);

    let nats = TestNats::start().await.unwrap();
    let mut relay = relay(&world, &nats).await;
    while relay.step().await.unwrap().worked() {}
    let events = nats.published("customer-service").await.unwrap();
    let said: Vec<_> = events.iter().map(Published::said).collect();
    // The last message of each aggregate: only tombstones, each over all versions before.
    let expected = [
        ("employment.removed.v1", "2", &Value::Null),
        ("team.removed.v1", "4", &Value::Null),
        ("employment.removed.v1", "2", &Value::Null),
        ("customer.removed.v1", "2", &Value::Null),
    ];
    assert_eq!(said, expected);
}
