//! Alarms from panels.

use http::Method;
use security_system_service::NAME;

use crate::world::{TOWER, VIEWER, World, path};

#[tokio::test]
async fn a_system_that_guards_is_alarmed() {
    let world = World::start().await;
    let system = world.armed().await;
    let taken = world.alarm(system).await.expect(202);
    assert!(taken.header("consistency-token").is_some());
    let shown = world.get(VIEWER, &path(system)).await.expect(200);
    assert_eq!(
        (shown.body["state"].as_str(), shown.body["version"].as_i64()),
        (Some("ALARMED"), Some(3))
    );
    let (_, version, state) = world.events().await.pop().unwrap();
    let state = state.unwrap();
    assert_eq!((version, state["action"].as_str()), (3, Some("ALARM")));
    assert!(state["changedBy"].is_null());
}

#[tokio::test]
async fn any_other_takes_it_and_stays_as_it_is() {
    let world = World::start().await;
    let system = world.system(TOWER).await;
    world.alarm(system).await.expect(202);
    assert_eq!(
        world.get(VIEWER, &path(system)).await.body["state"],
        "DISARMED"
    );
    let armed = world
        .act(crate::world::ARMER, system, "ARM")
        .await
        .expect(200);
    assert_eq!(armed.body["version"], 2);
    world.alarm(system).await.expect(202);
    world.alarm(system).await.expect(202);
    assert_eq!(world.get(VIEWER, &path(system)).await.body["version"], 3);
}

#[tokio::test]
async fn alarms_take_a_scope_and_a_system() {
    let world = World::start().await;
    let system = world.armed().await;
    let alarms = format!("{}/alarms", path(system));
    let other = world
        .mint
        .machine("panel-simulator", NAME, "facts:read")
        .token();
    let refused = world
        .send(&other, Method::POST, &alarms, &[], None)
        .await
        .expect(403);
    assert_eq!(refused.problem(), "insufficient-scope");
    world
        .alarm(uuid::Uuid::from_u128(77).into())
        .await
        .expect(404);
}
