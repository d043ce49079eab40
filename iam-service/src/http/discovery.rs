//! What this server can do (`OpenID` Connect Discovery 1.0, RFC 8414). The two documents are one.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

use crate::app::App;
use crate::domain::authorization::SCOPES;
use crate::domain::session::ACR;

/// The `OpenID` provider's metadata.
#[utoipa::path(get, path = "/.well-known/openid-configuration", operation_id = "getOpenIdConfiguration", tag = "oauth",
    security(()), responses((status = 200, description = "The provider's metadata.", content_type = "application/json")))]
pub(super) async fn openid_configuration(State(app): State<Arc<App>>) -> Response {
    metadata(&app)
}

/// The authorization server's metadata.
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", operation_id = "getAuthorizationServerMetadata",
    tag = "oauth", security(()),
    responses((status = 200, description = "The server's metadata.", content_type = "application/json")))]
pub(super) async fn authorization_server(State(app): State<Arc<App>>) -> Response {
    metadata(&app)
}

fn metadata(app: &App) -> Response {
    let authentication = ["client_secret_basic", "client_secret_post"];
    let with_public = ["client_secret_basic", "client_secret_post", "none"];
    let document = json!({
        "issuer": app.issuer,
        "authorization_endpoint": app.address("/oauth2/authorize"),
        "token_endpoint": app.address("/oauth2/token"),
        "jwks_uri": app.address("/oauth2/jwks"),
        "userinfo_endpoint": app.address("/oauth2/userinfo"),
        "introspection_endpoint": app.address("/oauth2/introspect"),
        "revocation_endpoint": app.address("/oauth2/revoke"),
        "end_session_endpoint": app.address("/oauth2/end-session"),
        "scopes_supported": SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": with_public,
        "introspection_endpoint_auth_methods_supported": authentication,
        "revocation_endpoint_auth_methods_supported": with_public,
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "select_account", "consent"],
        "acr_values_supported": [ACR],
        "claims_supported": [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "acr", "amr", "sid", "name", "email", "roles"
        ],
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "claims_parameter_supported": false,
    });
    (
        [(header::CACHE_CONTROL, "public, max-age=300")],
        Json(document),
    )
        .into_response()
}
