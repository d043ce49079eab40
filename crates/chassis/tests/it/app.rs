//! A service with nothing in it but the chassis.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{FromRef, Request},
    response::Response,
};
use chassis::{
    auth::{Machine, User, Verifier, VerifierSettings},
    client::http_client,
    config::Settings,
    http::{Json, harden},
    operations::Operations,
    problem::{Problem, ProblemBody},
};
use clap::Parser;
use http_body_util::BodyExt as _;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{clock::TestClock, mint::Mint};
use tower::ServiceExt as _;
use url::Url;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) const AUDIENCE: &str = "customer-service";
pub(crate) const NOON: &str = "2026-01-05T12:00:00Z";

#[derive(Parser)]
struct Config {
    #[command(flatten)]
    settings: Settings,
}

/// Settings as flags would give them.
pub(crate) fn settings(flags: &[&str]) -> Settings {
    Config::parse_from(["service"].iter().chain(flags)).settings
}

#[derive(Clone, FromRef)]
pub(crate) struct App {
    verifier: Arc<Verifier>,
}

/// A service that believes this issuer.
pub(crate) fn service(iss: &str, jwks: Url, clock: &TestClock) -> anyhow::Result<Router> {
    let verifier = Verifier::new(
        VerifierSettings {
            issuer: iss.to_owned(),
            jwks_url: jwks,
            audience: AUDIENCE.to_owned(),
        },
        http_client()?,
        Arc::new(clock.clone()),
    );
    let routes = OpenApiRouter::new()
        .routes(routes!(for_people))
        .routes(routes!(for_machines))
        .routes(routes!(for_anybody))
        .routes(routes!(for_creators))
        .with_state(App {
            verifier: Arc::new(verifier),
        });
    Ok(harden(
        Operations::new("example").router(routes),
        &settings(&[]),
    ))
}

/// A mint, and a service that believes it.
pub(crate) async fn minted() -> anyhow::Result<(Mint, TestClock, Router)> {
    let clock = TestClock::at(NOON)?;
    let mint = Mint::start(clock.clone()).await?;
    let service = service(mint.iss(), mint.jwks_url()?, &clock)?;
    Ok((mint, clock, service))
}

/// Says who is calling.
#[utoipa::path(get, path = "/people", operation_id = "forPeople", security(("user" = [])),
    responses((status = 200, description = "The caller.")))]
async fn for_people(user: User) -> Json<Value> {
    Json(json!({
        "id": user.id, "name": user.name, "roles": user.roles, "session": user.session,
        "age": SignedDuration::as_secs(&user.token_age),
    }))
}

/// Says which client is calling.
#[utoipa::path(post, path = "/machines", operation_id = "forMachines", security(("machine" = ["facts:read"])),
    request_body = String, responses((status = 200, description = "The caller."), (status = 403, description = "Without the scope.")))]
async fn for_machines(machine: Machine) -> Result<Json<Value>, Problem> {
    machine.require("facts:read")?;
    Ok(Json(
        json!({ "client": machine.client_id, "scopes": machine.scopes }),
    ))
}

/// Makes nothing.
#[utoipa::path(post, path = "/things", operation_id = "forCreators", security(("user" = [])),
    responses((status = 201, description = "Made."), (status = 412, description = "Changed.")))]
async fn for_creators(_: User) {}

/// Says hello.
#[utoipa::path(get, path = "/anybody", operation_id = "forAnybody", security(()),
    responses((status = 200, description = "Hello.")))]
async fn for_anybody() -> &'static str {
    "hello"
}

/// A request of this method and path.
pub(crate) fn request(method: &str, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path)
}

/// A request with a token.
pub(crate) fn with_token(method: &str, path: &str, token: &str) -> anyhow::Result<Request> {
    let request = request(method, path).header("authorization", format!("Bearer {token}"));
    Ok(request.body(Body::empty())?)
}

/// Sends it.
pub(crate) async fn send(service: &Router, request: Request) -> Response {
    match service.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// The body as JSON.
pub(crate) async fn json(response: Response) -> anyhow::Result<Value> {
    let bytes = response.into_body().collect().await?.to_bytes();
    Ok(serde_json::from_slice(&bytes)?)
}

/// The body as problem details, which it must be.
pub(crate) async fn problem(response: Response) -> anyhow::Result<ProblemBody> {
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    let status = response.status();
    let body: ProblemBody = serde_json::from_value(json(response).await?)?;
    assert_eq!(body.status, status.as_u16());
    Ok(body)
}
