//! Every route, from the service's own description of them.

use testkit::routes;

use crate::world::World;

#[tokio::test]
async fn every_operation_is_described() {
    let world = World::start().await;
    let ids = routes::are_described(&world.router).await;
    for id in [
        "createMonitoringProvider",
        "listMonitoringProviders",
        "listMonitoringProviderDirectory",
        "getDecisionFacts",
        "listServedLocations",
        "getAdministratorFacts",
        "updateRoles",
    ] {
        assert!(ids.contains(id), "{id}");
    }
}

#[tokio::test]
async fn every_route_refuses_every_forged_token() {
    let world = World::start().await;
    let scope = |_: &_| "facts:read";
    routes::refuse_forged_tokens(&world.router, &world.mint, "monitoring-service", scope).await;
}

#[tokio::test]
async fn what_this_service_has_not_come_to_is_not_answered() {
    let world = World::start().await;
    let scope = |_: &_| "facts:read";
    routes::are_as_fresh_as_asked(&world.router, &world.mint, "monitoring-service", scope).await;
}
