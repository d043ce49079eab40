//! The published keys (RFC 7517): next, active and retiring.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chassis::problem::Problem;
use serde_json::json;

use crate::app::App;

/// The keys that tokens are, will be or were signed with.
#[utoipa::path(get, path = "/oauth2/jwks", operation_id = "getKeys", tag = "oauth", security(()),
    responses((status = 200, description = "A JSON Web Key Set.", content_type = "application/json")))]
pub(super) async fn keys(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let keys: Vec<_> = app
        .public_keys()
        .await?
        .into_iter()
        .map(|key| json!({ "kty": "EC", "crv": "P-256", "x": key.x, "y": key.y, "kid": key.kid, "use": "sig", "alg": "ES256" }))
        .collect();
    // Shorter than a key is published before it signs (`PUBLISHED_BEFORE`).
    Ok((
        [(header::CACHE_CONTROL, "public, max-age=60")],
        Json(json!({ "keys": keys })),
    )
        .into_response())
}
