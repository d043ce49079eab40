//! What stands between the network and every handler.

use std::any::Any;

use ::http::header;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    response::{IntoResponse as _, Response},
};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    sensitive_headers::{SetSensitiveRequestHeadersLayer, SetSensitiveResponseHeadersLayer},
};

use super::{deadline, limits};
use crate::{
    config::Settings,
    problem::{self, METHOD_NOT_ALLOWED, Problem},
    telemetry,
};

/// Puts a router behind everything that a service needs to face the network.
///
/// From the outside in: secrets are marked as such; the request becomes a span and a measurement;
/// problems learn which request they answer; a panic becomes one; headers and bodies have limits;
/// the answer has a deadline.
pub fn harden(router: Router, settings: &Settings) -> Router {
    // From now on there is something to measure.
    telemetry::metrics();
    let secrets = [header::AUTHORIZATION, header::COOKIE, header::SET_COOKIE];
    let layers = ServiceBuilder::new()
        .layer(SetSensitiveRequestHeadersLayer::new(secrets.clone()))
        .layer(SetSensitiveResponseHeadersLayer::new(secrets))
        .layer(middleware::from_fn(telemetry::record))
        .layer(middleware::from_fn(problem::complete))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(limits::enforce))
        .layer(middleware::from_fn_with_state(
            settings.deadline,
            deadline::enforce,
        ))
        // The limit above is the one; axum's own would be a second one.
        .layer(DefaultBodyLimit::disable());
    router
        .method_not_allowed_fallback(method_not_allowed)
        .layer(layers)
}

/// The answer where no route matches. A service with pages of its own replaces it.
pub async fn not_found() -> Problem {
    Problem::not_found()
}

async fn method_not_allowed() -> Problem {
    Problem::new(&METHOD_NOT_ALLOWED)
}

#[expect(clippy::needless_pass_by_value, reason = "the layer's signature")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a message");
    Problem::internal(message).into_response()
}
