//! Every route says who it is for, and believes nobody else.

use authz_service::NAME;
use authz_service::http::SCOPE;
use chassis::openapi;
use serde_json::json;
use testkit::forged;

use crate::library::{Library, may};

#[tokio::test]
async fn these_are_the_operations() {
    let library = Library::open().await;
    let document = library.get("/openapi.json").await.expect(200);
    let routes = openapi::routes(&document).unwrap().into_iter();
    let mut told: Vec<_> = routes
        .map(|route| {
            format!(
                "{} {} {:?} {}",
                route.method, route.path, route.kind, route.operation_id
            )
        })
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            "GET /.well-known/authzen-configuration Public getAuthzenConfiguration",
            "POST /access/v1/condition Machine findCondition",
            "POST /access/v1/evaluation Machine evaluate",
            "POST /access/v1/evaluations Machine evaluateSeveral",
            "POST /access/v1/search/action Machine searchActions",
            "POST /access/v1/search/resource Machine searchResources",
            "POST /access/v1/search/subject Machine searchSubjects",
        ]
    );
}

#[tokio::test]
async fn no_route_believes_a_forged_token() {
    let library = Library::open_with(&["--tokens"]).await;
    let document = library.get("/openapi.json").await.expect(200);
    let kind = forged::Kind::Machine(SCOPE);
    for route in openapi::routes(&document).unwrap() {
        if route.kind != openapi::Kind::Machine {
            continue;
        }
        let genuine = kind.genuine(&library.mint, NAME).token();
        let believed = library
            .ask_as(&genuine, &route.path, may("ada", "read", "atlas"))
            .await;
        assert_ne!(believed.status, 401, "{route:?}");
        for forgery in forged::table(&library.mint, kind, NAME) {
            let answer = library
                .ask_as(&forgery.token, &route.path, may("ada", "read", "atlas"))
                .await;
            assert_eq!(answer.status, forgery.status, "{route:?}: {}", forgery.name);
        }
    }
}

#[tokio::test]
async fn addresses_come_from_configuration() {
    let library = Library::open_with(&["--public-url", "https://pdp.example/base/"]).await;
    let told = library
        .get("/.well-known/authzen-configuration")
        .await
        .expect(200);
    assert_eq!(
        told,
        json!({
            "policy_decision_point": "https://pdp.example/base",
            "access_evaluation_endpoint": "https://pdp.example/base/access/v1/evaluation",
            "access_evaluations_endpoint": "https://pdp.example/base/access/v1/evaluations",
            "search_subject_endpoint": "https://pdp.example/base/access/v1/search/subject",
            "search_resource_endpoint": "https://pdp.example/base/access/v1/search/resource",
            "search_action_endpoint": "https://pdp.example/base/access/v1/search/action",
        })
    );
}

#[tokio::test]
async fn it_is_watched_without_a_token() {
    let library = Library::open().await;
    for path in ["/health/live", "/health/ready", "/metrics"] {
        library.get(path).await.expect(200);
    }
    assert_eq!(
        library.get("/problems/too-many-evaluations").await.status,
        200
    );
}
