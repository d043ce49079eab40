//! Every route, from the service's own description of them.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use chassis::openapi::{self, Kind};
use serde_json::{Value, json};
use testkit::forged;

use crate::world::World;

const ID: &str = "0198c5a0-0000-7000-8000-0000000000aa";

async fn document(world: &World) -> Value {
    world
        .anonymous()
        .get("/openapi.json")
        .await
        .is(StatusCode::OK)
}

#[tokio::test]
async fn every_operation_is_described() {
    let world = World::start().await;
    let document = document(&world).await;
    let routes = openapi::routes(&document).unwrap();
    let ids: BTreeSet<_> = routes
        .iter()
        .map(|route| route.operation_id.as_str())
        .collect();
    assert_eq!(ids.len(), routes.len(), "operation ids are unique");
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
    for route in &routes {
        let operation = &document["paths"][&route.path][route.method.to_lowercase()];
        let parameters = operation["parameters"].as_array();
        let described: BTreeSet<_> = parameters
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        let named: BTreeSet<_> = route
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        assert_eq!(described, named, "{} {}", route.method, route.path);
        assert!(operation["summary"].is_string(), "{}", route.operation_id);
        for (status, answer) in operation["responses"].as_object().unwrap() {
            assert!(
                answer["description"].is_string(),
                "{} {status}",
                route.operation_id
            );
        }
    }
}

#[tokio::test]
async fn every_route_refuses_every_forged_token() {
    let world = World::start().await;
    let routes = openapi::routes(&document(&world).await).unwrap();
    for route in routes {
        let kind = match (route.kind, route.path.starts_with("/facts")) {
            (Kind::Public, _) => panic!("{} is for anybody", route.operation_id),
            (Kind::User, _) => forged::Kind::User,
            (Kind::Machine, true) => forged::Kind::Machine("facts:read"),
            (Kind::Machine, false) => forged::Kind::Machine("locations:reserve"),
        };
        let path = filled(&route.path);
        let method: Method = route.method.parse().unwrap();
        let send = async |token: Option<String>| {
            let session = token.map_or_else(|| world.anonymous(), |token| world.with_token(token));
            session
                .send(method.clone(), &path, Some(json!({})), &[])
                .await
                .status
                .as_u16()
        };
        let genuine = kind.genuine(&world.mint, "customer-service").token();
        assert_ne!(send(Some(genuine)).await, 401, "{}", route.operation_id);
        assert_eq!(send(None).await, 401, "{}", route.operation_id);
        for forgery in forged::table(&world.mint, kind, "customer-service") {
            let status = send(Some(forgery.token)).await;
            assert_eq!(
                status, forgery.status,
                "{} {}",
                route.operation_id, forgery.name
            );
        }
    }
}

#[tokio::test]
async fn what_one_reads_and_what_services_are_told_have_names_of_their_own() {
    let world = World::start().await;
    let document = document(&world).await;
    let schemas = &document["components"]["schemas"];
    assert!(schemas["LocationBody"]["properties"]["reserved"].is_object());
    assert!(schemas["Location"]["properties"]["provider"].is_object());
    assert!(schemas["TeamBody"]["properties"]["version"].is_object());
    assert!(schemas["Team"]["properties"]["organization"].is_object());
}

/// The path, with an id wherever it wants one.
fn filled(path: &str) -> String {
    let part = |part| {
        if str::starts_with(part, '{') {
            ID
        } else {
            part
        }
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
