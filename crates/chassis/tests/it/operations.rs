//! The addresses by which a service is watched.

use std::collections::BTreeMap;

use axum::{Router, body::Body};
use chassis::{
    http::harden,
    openapi::{Kind, Route, routes},
    operations::Operations,
};
use serde_json::{Value, json};
use testkit::forged::PERSON;
use utoipa_axum::router::OpenApiRouter;

use crate::app::{self, minted, problem, request, send, settings, with_token};

async fn get(service: &Router, path: &str) -> anyhow::Result<axum::response::Response> {
    Ok(send(service, request("GET", path).body(Body::empty())?).await)
}

#[tokio::test]
async fn a_service_is_ready_when_nothing_is_missing() -> anyhow::Result<()> {
    let operations = Operations::new("example")
        .check("database", async |_| Ok(()))
        .check("events", async |_| Ok(()));
    let service = harden(operations.router(OpenApiRouter::new()), &settings(&[]));

    assert_eq!(get(&service, "/health/live").await?.status(), 200);
    let ready = get(&service, "/health/ready").await?;
    assert_eq!(ready.status(), 200);
    assert_eq!(app::json(ready).await?, json!({ "status": "ready" }));
    Ok(())
}

#[tokio::test]
async fn a_service_that_is_not_ready_says_what_is_missing() -> anyhow::Result<()> {
    let operations = Operations::new("example")
        .check("database", async |_| Ok(()))
        .check("events", async |headers| {
            match headers.get("consistency-token") {
                Some(token) => Err(format!("not yet at {token:?}")),
                None => Ok(()),
            }
        });
    let service = harden(operations.router(OpenApiRouter::new()), &settings(&[]));
    let request = request("GET", "/health/ready").header("consistency-token", "a=1");

    let answer = send(&service, request.body(Body::empty())?).await;

    let body = problem(answer).await?;
    assert_eq!((body.status, body.slug()), (503, "not-ready"));
    let missing = json!([{ "name": "events", "detail": "not yet at \"a=1\"" }]);
    assert_eq!(body.members["missing"], missing);
    assert_eq!(
        get(&service, "/health/live").await?.status(),
        200,
        "alive all the same"
    );
    Ok(())
}

#[tokio::test]
async fn a_check_that_hangs_is_a_service_that_is_not_ready() -> anyhow::Result<()> {
    let operations =
        Operations::new("example").check("database", async |_| std::future::pending().await);
    let service = harden(
        operations.router(OpenApiRouter::new()),
        &settings(&["--deadline", "50ms"]),
    );
    assert_eq!(get(&service, "/health/ready").await?.status(), 503);
    Ok(())
}

#[tokio::test]
async fn the_document_says_who_each_operation_is_for() -> anyhow::Result<()> {
    let (_mint, _, service) = minted().await?;
    let document = app::json(get(&service, "/openapi.json").await?).await?;

    assert!(
        document["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1"))
    );
    let kinds: BTreeMap<String, Kind> = routes(&document)?
        .into_iter()
        .map(
            |Route {
                 method,
                 path,
                 operation_id,
                 kind,
             }| (format!("{operation_id}: {method} {path}"), kind),
        )
        .collect();
    let expected = [
        ("forAnybody: GET /anybody", Kind::Public),
        ("forCreators: POST /things", Kind::User),
        ("forMachines: POST /machines", Kind::Machine),
        ("forPeople: GET /people", Kind::User),
    ];
    assert_eq!(
        kinds,
        expected.map(|(name, kind)| (name.to_owned(), kind)).into()
    );
    for scheme in ["user", "machine"] {
        assert_eq!(
            document["components"]["securitySchemes"][scheme]["scheme"],
            "bearer"
        );
    }
    Ok(())
}

#[tokio::test]
async fn the_document_lists_the_problems_of_each_operation() -> anyhow::Result<()> {
    let (_mint, _, service) = minted().await?;
    let document = app::json(get(&service, "/openapi.json").await?).await?;
    let statuses = |path: &str, method: &str| -> Vec<String> {
        let responses = &document["paths"][path][method]["responses"];
        responses
            .as_object()
            .into_iter()
            .flat_map(|all| all.keys().cloned())
            .collect()
    };
    assert_eq!(
        statuses("/people", "get"),
        ["200", "400", "401", "431", "500", "503"]
    );
    assert_eq!(
        statuses("/machines", "post"),
        [
            "200", "400", "401", "403", "413", "415", "422", "431", "500", "503"
        ]
    );
    assert_eq!(
        statuses("/anybody", "get"),
        ["200", "400", "431", "500", "503"]
    );
    let posted = statuses("/things", "post");
    assert!(posted.contains(&"415".to_owned()), "as a form: {posted:?}");
    let declared = &document["paths"]["/machines"]["post"]["responses"]["403"];
    assert_eq!(declared["description"], "Without the scope.");
    let schema = &declared["content"]["application/problem+json"]["schema"]["$ref"];
    assert_eq!(*schema, "#/components/schemas/Problem");
    let problem = &document["components"]["schemas"]["Problem"]["properties"];
    assert!(problem["traceId"].is_object(), "{problem}");
    Ok(())
}

#[tokio::test]
async fn the_document_names_the_headers_of_each_operation() -> anyhow::Result<()> {
    let (_mint, _, service) = minted().await?;
    let document = app::json(get(&service, "/openapi.json").await?).await?;
    let headers = |path: &str, method: &str| -> Vec<&str> {
        let parameters = &document["paths"][path][method]["parameters"];
        let parameters = parameters.as_array().into_iter().flatten();
        parameters
            .filter(|parameter| parameter["in"] == "header" && parameter["required"] == false)
            .filter_map(|parameter| parameter["name"].as_str())
            .collect()
    };
    assert_eq!(headers("/anybody", "get"), [""; 0]);
    assert_eq!(headers("/people", "get"), ["Consistency-Token"]);
    assert_eq!(headers("/machines", "post"), ["Consistency-Token"]);
    assert_eq!(
        headers("/things", "post"),
        ["Idempotency-Key", "If-Match", "Consistency-Token"]
    );
    Ok(())
}

#[test]
fn a_document_with_an_operation_for_nobody_in_particular_is_refused() {
    let with = |operation: Value| json!({ "paths": { "/x": { "get": operation } } });
    let refused = |operation: Value| {
        routes(&with(operation))
            .map_err(|error| format!("{error:#}"))
            .err()
    };
    assert_eq!(
        refused(json!({ "operationId": "x" })).as_deref(),
        Some("GET /x: does not say who it is for")
    );
    let both = json!({ "operationId": "x", "security": [{ "user": [] }, { "machine": [] }] });
    assert_eq!(
        refused(both).as_deref(),
        Some("GET /x: is for more than one kind of caller")
    );
    assert_eq!(
        refused(json!({ "security": [{}] })).as_deref(),
        Some("GET /x has no operationId")
    );
    assert!(routes(&json!({})).is_err());
}

#[tokio::test]
async fn what_happens_is_measured() -> anyhow::Result<()> {
    let (mint, _, service) = minted().await?;
    let token = mint.user(PERSON).token();
    send(&service, with_token("GET", "/people", &token)?).await;
    send(&service, with_token("GET", "/people", "forged")?).await;
    send(&service, with_token("BREW", "/nowhere", "forged")?).await;

    let text = String::from_utf8(
        axum::body::to_bytes(get(&service, "/metrics").await?.into_body(), 1 << 20)
            .await?
            .into(),
    )?;

    for line in [
        "http_server_request_duration_seconds_count{method=\"GET\",route=\"/people\",status=\"200\"}",
        "http_server_request_duration_seconds_count{method=\"OTHER\",route=\"unmatched\",status=\"404\"}",
        "http_server_active_requests",
        "token_age_at_decision_seconds_count{kind=\"user\"}",
        "tokens_refused_total{reason=\"parts\"}",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    Ok(())
}
