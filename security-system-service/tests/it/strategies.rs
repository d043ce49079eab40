//! Which strategy decides.

use crate::world::{DISARMER, World};

#[tokio::test]
async fn a_demonstration_may_choose_one() {
    let world = World::start_with(&["--demo"]).await;
    let system = world.armed().await;
    let fetch = [("authorization-strategy", "fetch")];
    let done = world
        .act_with(DISARMER, system, "DISARM", &fetch)
        .await
        .expect(200);
    assert_eq!(done.header("authorization-strategy"), Some("fetch"));
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
    use security_system_service::authorization::{Strategies, Strategy};
    let strategies: Strategies = "disarm=fetch,view=fetch".parse().unwrap();
    assert_eq!(strategies.of(access::Operation::Disarm), Strategy::Fetch);
    for wrong in [
        "disarm",
        "explode=fetch",
        "disarm=guess",
        "disarm=fetch;arm=fetch",
    ] {
        assert!(wrong.parse::<Strategies>().is_err(), "{wrong}");
    }
}
