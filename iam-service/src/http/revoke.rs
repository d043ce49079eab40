//! Revocation (RFC 7009).

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::client_authentication::authenticate;
use super::oauth_error::OAuthError;
use super::parameters::FormParameters;
use crate::app::App;

/// Revokes a token of the client, and all that descend from the same code. The answer is the same for any token.
#[utoipa::path(post, path = "/oauth2/revoke", operation_id = "revokeToken", tag = "oauth", security(()),
    responses(
        (status = 200, description = "The token is good for nothing, now or before."),
        (status = 401, description = "`invalid_client`.", content_type = "application/json")))]
pub(super) async fn revoke(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    form: Result<FormParameters, chassis::problem::Problem>,
) -> Result<StatusCode, OAuthError> {
    let FormParameters(form) = form.map_err(OAuthError::Failed)?;
    let client = authenticate(&app.clients, &headers, &form)?;
    let token = form
        .get("token")
        .ok_or_else(|| OAuthError::invalid_request("token is missing"))?;
    app.revoke(client, token).await?;
    Ok(StatusCode::OK)
}
