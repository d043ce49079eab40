//! The authorization endpoint (RFC 6749, section 3.1; `OpenID` Connect Core 3.1.2).
//!
//! ```text
//!   client unknown, or not its address ──▶ a page; nobody is sent anywhere
//!   anything else wrong ────────────────▶ back to the client, with an error
//!   a session that satisfies ───────────▶ back to the client, with a code
//!   no such session, prompt=none ───────▶ back to the client, login_required
//!   no such session ────────────────────▶ the sign-in page, with the same query
//! ```
//!
//! The sign-in page is given the query as it came, and it is parsed again when the form comes back. So there is nothing
//! to store before anybody has signed in, and nothing to trust in the form.

mod answer;
mod request;

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;

pub(super) use self::answer::deliver;
use self::answer::refuse;
use self::request::{Rejected, Rejection, parse};
use super::cookies::Cookies;
use super::page::PageError;
use super::parameters::{FormParameters, Parameters, QueryParameters};
use crate::app::App;
use crate::domain::authorization::{AuthorizationRequest, Prompt};

/// Asks for a code.
#[utoipa::path(get, path = "/oauth2/authorize", operation_id = "authorize", tag = "oauth", security(()),
    responses(
        (status = 303, description = "To the client, with a code or an error; or to the sign-in page."),
        (status = 400, description = "A page: the client or its address is not registered.", content_type = "text/html")))]
pub(super) async fn authorize(
    State(app): State<Arc<App>>,
    State(cookies): State<Arc<Cookies>>,
    jar: CookieJar,
    QueryParameters(parameters): QueryParameters,
) -> Result<Response, PageError> {
    answer(&app, &cookies, &jar, &parameters).await
}

/// Asks for a code, by a form.
#[utoipa::path(post, path = "/oauth2/authorize", operation_id = "authorizeByForm", tag = "oauth", security(()),
    responses(
        (status = 303, description = "To the client, with a code or an error; or to the sign-in page."),
        (status = 400, description = "A page: the client or its address is not registered.", content_type = "text/html")))]
pub(super) async fn authorize_by_form(
    State(app): State<Arc<App>>,
    State(cookies): State<Arc<Cookies>>,
    jar: CookieJar,
    FormParameters(parameters): FormParameters,
) -> Result<Response, PageError> {
    answer(&app, &cookies, &jar, &parameters).await
}

/// The request in a query; its client, or the person, is told what is wrong with it.
pub(super) fn expect(
    app: &App,
    parameters: &Parameters,
) -> Result<AuthorizationRequest, PageError> {
    parse(parameters, &app.clients).map_err(|rejection| match rejection {
        Rejection::Page(why) => PageError::bad_client(why),
        Rejection::Redirect(rejected) => {
            refuse(app, &rejected).map_or_else(|error| error, PageError::told_to_client)
        }
    })
}

async fn answer(
    app: &App,
    cookies: &Cookies,
    jar: &CookieJar,
    parameters: &Parameters,
) -> Result<Response, PageError> {
    let request = expect(app, parameters)?;
    let session = match cookies.session(jar) {
        Some(cookie) => app.session(cookie).await?,
        None => None,
    };
    let request = match session {
        Some(session) if request.is_satisfied_by(&session, app.now()) => {
            match app.authorize(&session, request).await? {
                Ok(issued) => return deliver(app, &issued),
                Err(request) => request,
            }
        }
        _ => request,
    };
    if request.prompt == Prompt::Never {
        return refuse(
            app,
            &Rejected::of(&request, "login_required", "somebody has to sign in"),
        );
    }
    Ok(Redirect::to(&format!("/sign-in?{}", parameters.to_query())).into_response())
}
