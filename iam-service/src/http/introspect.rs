//! Introspection (RFC 7662).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::client_authentication::authenticate;
use super::oauth_error::OAuthError;
use super::parameters::FormParameters;
use crate::app::{App, Introspection};

/// Is this token good right now? Answered to the client that it was issued to or is meant for; to another one, no
/// token is.
#[utoipa::path(post, path = "/oauth2/introspect", operation_id = "introspectToken", tag = "oauth", security(()),
    responses(
        (status = 200, description = "Whether it is, and what it says.", content_type = "application/json"),
        (status = 401, description = "`invalid_client`.", content_type = "application/json")))]
pub(super) async fn introspect(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    form: Result<FormParameters, chassis::problem::Problem>,
) -> Result<Response, OAuthError> {
    let FormParameters(form) = form.map_err(OAuthError::Failed)?;
    let client = authenticate(&app.clients, &headers, &form)?;
    if client.is_public() {
        return Err(OAuthError::InvalidClient { challenge: true });
    }
    let token = form
        .get("token")
        .ok_or_else(|| OAuthError::invalid_request("token is missing"))?;
    let body = match app.introspect(client, token).await? {
        Some(introspection) => describe(&app, &introspection),
        None => json!({ "active": false }),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

fn describe(app: &App, of: &Introspection) -> Value {
    let mut body = json!({
        "active": true,
        "iss": app.issuer,
        "client_id": of.client_id,
        "scope": of.scope,
        "sub": of.sub,
        "aud": of.aud,
        "exp": of.exp,
    });
    if of.is_access_token {
        body["token_type"] = "Bearer".into();
    }
    if let Some(iat) = of.iat {
        body["iat"] = iat.into();
    }
    body
}
