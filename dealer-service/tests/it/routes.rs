//! Every route, from the service's own description of them.

use testkit::routes;

use crate::world::World;

#[tokio::test]
async fn every_operation_is_described() {
    let world = World::start().await;
    let ids = routes::are_described(&world.router).await;
    for id in [
        "onboardSecuritySystemDealer",
        "listDealers",
        "appointMonitoringProvider",
        "listDealerDirectory",
        "listServedLocations",
        "getDealersServed",
        "getAdministratorFacts",
        "updateRoles",
    ] {
        assert!(ids.contains(id), "{id}");
    }
    let document = routes::document(&world.router).await;
    let schemas = &document["components"]["schemas"];
    let shown = &schemas["OrganizationBody"]["properties"];
    assert!(shown["monitoringProviderId"].is_object(), "{shown:#}");
    let created = &document["paths"]["/dealers"]["post"];
    assert_eq!(created["tags"][0], "dealers");
}

#[tokio::test]
async fn every_route_refuses_every_forged_token() {
    let world = World::start().await;
    let scope = |_: &_| "facts:read";
    routes::refuse_forged_tokens(&world.router, &world.mint, "dealer-service", scope).await;
}

#[tokio::test]
async fn what_this_service_has_not_come_to_is_not_answered() {
    let world = World::start().await;
    let scope = |_: &_| "facts:read";
    routes::are_as_fresh_as_asked(&world.router, &world.mint, "dealer-service", scope).await;
}
