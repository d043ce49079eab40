//! Every route, from the service's own description of them.

use chassis::openapi::Route;
use testkit::routes;

use crate::world::World;

#[tokio::test]
async fn every_operation_is_described() {
    let world = World::start().await;
    let ids = routes::are_described(&world.router).await;
    for id in [
        "updateRoles",
        "getProfile",
        "updateProfile",
        "createCustomer",
        "hireEmployee",
        "reserveLocation",
    ] {
        assert!(ids.contains(id), "{id}");
    }
}

#[tokio::test]
async fn every_route_refuses_every_forged_token() {
    let world = World::start().await;
    routes::refuse_forged_tokens(&world.router, &world.mint, "customer-service", scope).await;
}

#[tokio::test]
async fn what_this_service_has_not_come_to_is_not_answered() {
    let world = World::start().await;
    routes::are_as_fresh_as_asked(&world.router, &world.mint, "customer-service", scope).await;
}

fn scope(route: &Route) -> &'static str {
    if route.path.starts_with("/facts") {
        "facts:read"
    } else {
        "locations:reserve"
    }
}

#[tokio::test]
async fn what_one_reads_and_what_services_are_told_have_names_of_their_own() {
    let world = World::start().await;
    let document = routes::document(&world.router).await;
    let schemas = &document["components"]["schemas"];
    assert!(schemas["LocationBody"]["properties"]["reserved"].is_object());
    assert!(schemas["Location"]["properties"]["provider"].is_object());
    assert!(schemas["TeamBody"]["properties"]["version"].is_object());
    assert!(schemas["Team"]["properties"]["organization"].is_object());
}
