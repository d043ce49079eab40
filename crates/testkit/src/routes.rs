//! Every route of a service, from the service's own description of them.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking, also where this does it for the test"
)]

use std::collections::BTreeSet;

use axum::Router;
use axum::http::{Method, StatusCode};
use chassis::openapi::{self, Route};
use serde_json::{Value, json};

use crate::forged;
use crate::mint::Mint;
use crate::session::Session;

/// An id that nobody has.
const ID: &str = "0198c5a0-0000-7000-8000-0000000000aa";

/// The service's description of itself.
pub async fn document(service: &Router) -> Value {
    let anonymous = Session::new(service.clone(), None);
    anonymous.get("/openapi.json").await.is(StatusCode::OK)
}

/// Every operation says what it does, who it is for, and all that stands in its path; and has an
/// id that no other one has. These are their ids.
pub async fn are_described(service: &Router) -> BTreeSet<String> {
    let document = document(service).await;
    let routes = openapi::routes(&document).unwrap();
    let mut ids = BTreeSet::new();
    for route in routes {
        let operation = &document["paths"][&route.path][route.method.to_lowercase()];
        is_described(&route, operation);
        assert!(
            ids.insert(route.operation_id.clone()),
            "{} is not alone",
            route.operation_id
        );
    }
    ids
}

fn is_described(route: &Route, operation: &Value) {
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
    let id = &route.operation_id;
    assert!(operation["summary"].is_string(), "{id}");
    let answers = operation["responses"].as_object().unwrap();
    let hides = named.is_empty() || answers.contains_key("404");
    assert!(hides, "{id} may answer 404");
    for (status, answer) in answers {
        assert!(answer["description"].is_string(), "{id} {status}");
    }
}

/// Every route refuses every forged token, and believes a genuine one. `scope` says which a
/// machine's token needs.
pub async fn refuse_forged_tokens(
    service: &Router,
    mint: &Mint,
    audience: &str,
    scope: impl Fn(&Route) -> &'static str,
) {
    let routes = openapi::routes(&document(service).await).unwrap();
    for route in routes {
        let id = &route.operation_id;
        let kind = caller(&route, &scope);
        let path = filled(&route.path);
        let method: Method = route.method.parse().unwrap();
        let send = async |token: Option<String>| {
            let session = Session::new(service.clone(), token);
            let answer = session.send(method.clone(), &path, Some(json!({})), &[]);
            answer.await.status.as_u16()
        };
        let genuine = kind.genuine(mint, audience).token();
        assert_ne!(send(Some(genuine)).await, 401, "{id}");
        assert_eq!(send(None).await, 401, "{id}");
        for forgery in forged::table(mint, kind, audience) {
            let status = send(Some(forgery.token)).await;
            assert_eq!(status, forgery.status, "{id} {}", forgery.name);
        }
    }
}

/// No route answers a caller who has seen what this service has not come to. Whoever is none learns nothing of that.
pub async fn are_as_fresh_as_asked(
    service: &Router,
    mint: &Mint,
    audience: &str,
    scope: impl Fn(&Route) -> &'static str,
) {
    let unreached = format!(r#"{audience}="9:9""#);
    let headers = [("consistency-token", unreached.as_str())];
    for route in openapi::routes(&document(service).await).unwrap() {
        let genuine = caller(&route, &scope).genuine(mint, audience).token();
        let (method, path): (Method, _) = (route.method.parse().unwrap(), filled(&route.path));
        for (token, status, problem) in [
            (Some(genuine), 503, "not-fresh-enough"),
            (None, 401, "invalid-token"),
        ] {
            let session = Session::new(service.clone(), token);
            let answer = session.send(method.clone(), &path, Some(json!({})), &headers);
            answer.await.fails(status, problem);
        }
    }
}

/// Who comes to a route.
fn caller(route: &Route, scope: impl Fn(&Route) -> &'static str) -> forged::Kind {
    match route.kind {
        openapi::Kind::Public => panic!("{} is for anybody", route.operation_id),
        openapi::Kind::User => forged::Kind::User,
        openapi::Kind::Machine => forged::Kind::Machine(scope(route)),
    }
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
