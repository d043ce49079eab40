//! Every route says who it is for, and believes nobody else.

use chassis::openapi::{self, Kind, Route};
use http::Method;
use security_system_service::NAME;
use serde_json::json;
use testkit::forged;

use crate::world::{VIEWER, World};

async fn routes(world: &World) -> Vec<Route> {
    let document = world.get(VIEWER, "/openapi.json").await.expect(200);
    openapi::routes(&document.body).unwrap()
}

#[tokio::test]
async fn these_are_the_operations() {
    assert_eq!(
        told(&World::start().await).await,
        [
            "DELETE /securitysystems/{securitySystemId} User removeSecuritySystem",
            "GET /securitysystems User listSecuritySystems",
            "GET /securitysystems/{securitySystemId} User getSecuritySystem",
            "GET /securitysystems/{securitySystemId}/explanation User explainSecuritySystem",
            "GET /securitysystems/{securitySystemId}/history User getSecuritySystemHistory",
            "POST /securitysystems User createSecuritySystem",
            "POST /securitysystems/{securitySystemId}/alarms Machine reportAlarm",
            "PUT /securitysystems/{securitySystemId} User disarmSecuritySystem",
        ]
    );
}

#[tokio::test]
async fn a_demonstration_has_these_besides() {
    let (plain, demo) = (World::start().await, World::start_with(&["--demo"]).await);
    let (plain, mut demo) = (told(&plain).await, told(&demo).await);
    demo.retain(|route| !plain.contains(route));
    assert_eq!(
        demo,
        [
            "DELETE /strategies/{operation} User resetStrategy",
            "GET /strategies User listStrategies",
            "PUT /strategies/{operation} User chooseStrategy",
        ]
    );
}

/// All operations, as the service tells of them.
async fn told(world: &World) -> Vec<String> {
    let routes = routes(world).await.into_iter().map(|route| {
        format!(
            "{} {} {:?} {}",
            route.method, route.path, route.kind, route.operation_id
        )
    });
    let mut told: Vec<_> = routes.collect();
    told.sort();
    told
}

#[tokio::test]
async fn no_route_believes_a_forged_token() {
    let world = World::start_with(&["--demo"]).await;
    for route in routes(&world).await {
        let kind = match route.kind {
            Kind::User => forged::Kind::User,
            Kind::Machine => forged::Kind::Machine("alarms"),
            Kind::Public => continue,
        };
        let path = route
            .path
            .replace("{securitySystemId}", &uuid::Uuid::from_u128(77).to_string())
            .replace("{operation}", "disarm");
        let method: Method = route.method.parse().unwrap();
        let body = json!({ "action": "DISARM", "locationId": uuid::Uuid::from_u128(77) });
        let send = async |token: &str| {
            let body = matches!(method, Method::PUT | Method::POST).then(|| body.clone());
            world
                .send(token, method.clone(), &path, &[], body)
                .await
                .status
        };
        let genuine = kind.genuine(&world.mint, NAME).token();
        assert!(
            ![401, 503].contains(&send(&genuine).await),
            "{route:?} believes nobody"
        );
        for forgery in forged::table(&world.mint, kind, NAME) {
            assert_eq!(
                send(&forgery.token).await,
                forgery.status,
                "{route:?}: {}",
                forgery.name
            );
        }
    }
}

#[tokio::test]
async fn what_this_service_has_not_come_to_is_not_answered() {
    let world = World::start_with(&["--demo"]).await;
    testkit::routes::are_as_fresh_as_asked(&world.router, &world.mint, NAME, |_| "alarms").await;
}

#[tokio::test]
async fn it_is_watched_without_a_token() {
    let world = World::start().await;
    for path in [
        "/health/live",
        "/health/ready",
        "/metrics",
        "/problems/not-a-disarmer",
    ] {
        world
            .send("", Method::GET, path, &[], None)
            .await
            .expect(200);
    }
    world
        .send("", Method::GET, "/problems/no-such-problem", &[], None)
        .await
        .expect(404);
}
