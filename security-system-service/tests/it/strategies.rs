//! Which strategy decides.

use access::Operation;
use security_system_service::authorization::{Bounds, Strategies, Strategy};

use crate::world::{ARMER, DISARMER, World};

#[tokio::test]
async fn a_demonstration_may_choose_one() {
    let world = World::start_with(&["--demo"]).await;
    let system = world.armed().await;
    world.streams.flow();
    for strategy in Strategy::LIVE {
        let named = [("authorization-strategy", strategy.as_str())];
        let done = world.act_with(DISARMER, system, "DISARM", &named).await;
        let done = done.expect(200);
        assert_eq!(
            done.header("authorization-strategy"),
            Some(strategy.as_str())
        );
        assert_eq!(done.body["authorizedBy"]["strategy"], strategy.as_str());
        world.act(ARMER, system, "ARM").await.expect(200);
    }
    for unknown in ["guess", "", "Fetch"] {
        let headers = [("authorization-strategy", unknown)];
        let refused = world
            .act_with(DISARMER, system, "DISARM", &headers)
            .await
            .expect(400);
        assert_eq!(refused.problem(), "unknown-strategy");
    }
}

#[tokio::test]
async fn elsewhere_the_header_means_nothing() {
    let world = World::start().await;
    let system = world.armed().await;
    let headers = [("authorization-strategy", "guess")];
    let done = world
        .act_with(DISARMER, system, "DISARM", &headers)
        .await
        .expect(200);
    assert_eq!(done.header("authorization-strategy"), Some("fetch"));
}

#[test]
fn strategies_are_configured_by_operation() {
    let strategies: Strategies = "disarm=replicate,view=fetch".parse().unwrap();
    assert_eq!(*strategies.of(Operation::Disarm), Strategy::Replicate);
    assert_eq!(*strategies.of(Operation::View), Strategy::Fetch);
    assert_eq!(*strategies.of(Operation::Arm), Strategy::Fetch);
    for wrong in [
        "disarm",
        "explode=fetch",
        "disarm=guess",
        "disarm=fetch;arm=fetch",
    ] {
        assert!(wrong.parse::<Strategies>().is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn each_operation_is_decided_by_its_own() {
    let world = World::start_with(&["--strategy", "disarm=replicate"]).await;
    let system = world.armed().await;
    world.streams.flow();
    let by = async |who, action| {
        let answer = world.act(who, system, action).await.expect(200);
        answer.header("authorization-strategy").unwrap().to_owned()
    };
    assert_eq!(by(DISARMER, "DISARM").await, "replicate");
    assert_eq!(by(ARMER, "ARM").await, "fetch");
}

#[test]
fn bounds_are_configured_by_operation() {
    let bounds: Bounds = "arm=10s,view=2m".parse().unwrap();
    let seconds = |operation| bounds.of(operation).0.as_secs();
    assert_eq!(Operation::ALL.map(seconds), [120, 10, 5, 5]);
    for wrong in ["arm", "arm=", "arm=-1s", "arm=soon", "explode=1s"] {
        assert!(wrong.parse::<Bounds>().is_err(), "{wrong}");
    }
}
