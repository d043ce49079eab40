//! The token endpoint (RFC 6749, section 3.2).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use outbox::{ConsistencyToken, Inbox};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::client_authentication::authenticate;
use super::oauth_error::OAuthError;
use super::parameters::{FormParameters, Parameters};
use super::wait;
use crate::app::{App, IssuedTokens, MachineRequest, Redemption};
use crate::domain::client::Client;

/// Issues tokens, for a code, for a refresh token, or to the client itself.
///
/// With a `Consistency-Token` it waits for what that asks for, so that the roles and facts in the token are at least as fresh.
#[utoipa::path(post, path = "/oauth2/token", operation_id = "issueToken", tag = "oauth", security(()),
    responses(
        (status = 200, description = "Tokens.", content_type = "application/json"),
        (status = 400, description = "An error of RFC 6749.", content_type = "application/json"),
        (status = 401, description = "`invalid_client`.", content_type = "application/json")))]
pub(super) async fn token(
    State(app): State<Arc<App>>,
    State(inbox): State<Inbox>,
    headers: HeaderMap,
    form: Result<FormParameters, chassis::problem::Problem>,
) -> Result<Response, OAuthError> {
    let FormParameters(form) = form.map_err(OAuthError::Failed)?;
    let client = authenticate(&app.clients, &headers, &form)?;
    let asked = ConsistencyToken::from_headers(&headers)
        .map_err(|error| OAuthError::invalid_request(error.to_string()))?;
    if !asked.is_empty() {
        wait::until_reached(&app, &inbox, &asked).await?;
    }
    let granted = grant(&app, client, &form, &asked).await;
    count(form.get("grant_type"), granted.is_ok());
    Ok(answer(&granted?))
}

fn count(grant: Option<&str>, granted: bool) {
    // Only known names become labels: a caller must not choose how many there are.
    let known = ["authorization_code", "refresh_token", "client_credentials"];
    let grant = known
        .into_iter()
        .find(|known| grant == Some(known))
        .unwrap_or("other");
    let outcome = if granted { "granted" } else { "refused" };
    metrics::counter!("token_requests_total", "grant" => grant, "outcome" => outcome).increment(1);
}

async fn grant(
    app: &App,
    client: &Client,
    form: &Parameters,
    known: &ConsistencyToken,
) -> Result<IssuedTokens, OAuthError> {
    let required = |name| {
        form.get(name)
            .ok_or_else(|| OAuthError::invalid_request(format!("{name} is missing")))
    };
    let (resource, scope) = (form.get("resource"), form.get("scope"));
    match required("grant_type")? {
        "authorization_code" => {
            let given = Redemption {
                code: required("code")?,
                verifier: required("code_verifier")?,
                redirect_uri: form.get("redirect_uri"),
                resource,
                known,
            };
            Ok(app.redeem_code(client, given).await?)
        }
        "refresh_token" => {
            let token = required("refresh_token")?;
            Ok(app.refresh(client, token, scope, resource, known).await?)
        }
        "client_credentials" => {
            let request = MachineRequest { resource, scope };
            Ok(app.machine_token(client, request).await?)
        }
        _ => Err(OAuthError::Refused {
            code: "unsupported_grant_type",
            description: "authorization_code, refresh_token or client_credentials".to_owned(),
        }),
    }
}

fn answer(tokens: &IssuedTokens) -> Response {
    let mut body = json!({
        "access_token": tokens.access_token.expose_secret(),
        "token_type": "Bearer",
        "expires_in": tokens.expires_in.as_secs(),
        "scope": tokens.scope,
    });
    let mut add = |name: &str, token: &Option<SecretString>| {
        if let Some(token) = token {
            body[name] = token.expose_secret().into();
        }
    };
    add("refresh_token", &tokens.refresh_token);
    add("id_token", &tokens.id_token);
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
