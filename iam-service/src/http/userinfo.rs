//! Claims about the user (`OpenID` Connect Core 5.3).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use chassis::auth::{User, bearer};
use chassis::problem::{INSUFFICIENT_SCOPE, INVALID_TOKEN, Problem};
use serde_json::{Value, json};

use crate::app::App;

/// What the token's scopes open of the user.
#[utoipa::path(get, path = "/oauth2/userinfo", operation_id = "getUserInfo", tag = "oauth", security(("user" = [])),
    responses(
        (status = 200, description = "Claims.", content_type = "application/json"),
        (status = 403, description = "The token has not the scope `openid`.")))]
pub(super) async fn user_info(
    user: User,
    headers: HeaderMap,
    State(app): State<Arc<App>>,
) -> Result<Json<Value>, Problem> {
    if !user.scopes.contains("openid") {
        let challenge =
            HeaderValue::from_static("Bearer error=\"insufficient_scope\", scope=\"openid\"");
        return Err(Problem::new(&INSUFFICIENT_SCOPE).header(header::WWW_AUTHENTICATE, challenge));
    }
    let ended = || {
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        Problem::new(&INVALID_TOKEN).header(header::WWW_AUTHENTICATE, challenge)
    };
    let found = app
        .user_of_token(bearer(&headers)?)
        .await?
        .ok_or_else(ended)?;
    let mut claims = json!({ "sub": found.id });
    if user.scopes.contains("profile") {
        claims["name"] = found.name.as_str().into();
    }
    if user.scopes.contains("email") {
        claims["email"] = found.email.as_str().into();
    }
    Ok(Json(claims))
}

/// The same, for a client that posts.
#[utoipa::path(post, path = "/oauth2/userinfo", operation_id = "postUserInfo", tag = "oauth", security(("user" = [])),
    responses(
        (status = 200, description = "Claims.", content_type = "application/json"),
        (status = 403, description = "The token has not the scope `openid`.")))]
pub(super) async fn user_info_by_form(
    user: User,
    headers: HeaderMap,
    state: State<Arc<App>>,
) -> Result<Json<Value>, Problem> {
    user_info(user, headers, state).await
}
