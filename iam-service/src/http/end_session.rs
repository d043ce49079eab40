//! Signing out, asked for by a client (`OpenID` Connect RP-Initiated Logout 1.0).
//!
//! An ID token shows that the client speaks for its user: the session ends at once. So does the `sid` of this browser's
//! session as `logout_hint`, which a client sends that shows no token to the browser. Without either anybody could have
//! sent the browser here, so the person is asked.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use maud::html;
use url::Url;

use super::Api;
use super::page::{Forms, LeadsTo, PageError, layout};
use super::parameters::{FormParameters, Parameters, QueryParameters};
use crate::app::App;

/// Ends the session, or asks whether to.
#[utoipa::path(get, path = "/oauth2/end-session", operation_id = "endSession", tag = "oauth", security(()),
    responses(
        (status = 200, description = "A page: signed out, or a question.", content_type = "text/html"),
        (status = 303, description = "Signed out; back to the client.")))]
pub(super) async fn end_session(
    State(api): State<Api>,
    jar: CookieJar,
    QueryParameters(parameters): QueryParameters,
) -> Result<Response, PageError> {
    answer(&api, jar, &parameters).await
}

/// Ends the session, or asks whether to.
#[utoipa::path(post, path = "/oauth2/end-session", operation_id = "endSessionByForm", tag = "oauth", security(()),
    responses(
        (status = 200, description = "A page: signed out, or a question.", content_type = "text/html"),
        (status = 303, description = "Signed out; back to the client.")))]
pub(super) async fn end_session_by_form(
    State(api): State<Api>,
    jar: CookieJar,
    FormParameters(parameters): FormParameters,
) -> Result<Response, PageError> {
    answer(&api, jar, &parameters).await
}

/// The answer to the question.
#[utoipa::path(post, path = "/sign-out", operation_id = "signOut", tag = "pages", security(()),
    responses(
        (status = 200, description = "A page: signed out.", content_type = "text/html"),
        (status = 303, description = "Signed out; back to the client."),
        (status = 403, description = "A page: not our form.", content_type = "text/html")))]
pub(super) async fn sign_out(
    State(api): State<Api>,
    jar: CookieJar,
    FormParameters(form): FormParameters,
) -> Result<Response, PageError> {
    let (app, cookies) = (&*api.app, &*api.cookies);
    if !(Forms { app, cookies }).is_ours(&jar, &form) {
        let text = "This page was open for too long. You are still signed in.";
        return Err(PageError::new(
            StatusCode::FORBIDDEN,
            "Please try once more",
            text,
        ));
    }
    let destination = Destination::of(app, form.get("client_id"), &form)?;
    if let Some(session) = cookies
        .session(&jar)
        .and_then(|cookie| app.session_id(cookie))
    {
        app.end_session(session).await?;
    }
    Ok((cookies.end_session(jar), destination.go()).into_response())
}

async fn answer(api: &Api, jar: CookieJar, parameters: &Parameters) -> Result<Response, PageError> {
    let (app, cookies) = (&*api.app, &*api.cookies);
    let hint = match parameters.get("id_token_hint") {
        Some(token) => app.logout_hint(token).await?,
        None => None,
    };
    let named = parameters.get("client_id");
    if let (Some(hint), Some(named)) = (&hint, named)
        && hint.client_id != named
    {
        return Err(PageError::bad_client(
            "The application is not the one that the session was opened for.",
        ));
    }
    let client_id = hint.as_ref().map(|hint| hint.client_id.as_str()).or(named);
    let destination = Destination::of(app, client_id, parameters)?;
    let here = cookies.session(&jar).map(ToOwned::to_owned);
    if let Some(hint) = hint {
        app.end_session(hint.session).await?;
        let is_here = here.and_then(|cookie| app.session_id(&cookie)) == Some(hint.session);
        let jar = if is_here {
            cookies.end_session(jar)
        } else {
            jar
        };
        return Ok((jar, destination.go()).into_response());
    }
    let live = match here {
        Some(cookie) => app.session(&cookie).await?,
        None => None,
    };
    match live {
        Some(session) if parameters.get("logout_hint") == Some(&*session.id.to_string()) => {
            app.end_session(session.id).await?;
            Ok((cookies.end_session(jar), destination.go()).into_response())
        }
        Some(_) => Ok(ask(api, jar, client_id, &destination)),
        None => Ok((cookies.end_session(jar), destination.go()).into_response()),
    }
}

fn ask(api: &Api, jar: CookieJar, client_id: Option<&str>, destination: &Destination) -> Response {
    let (jar, mark) = Forms {
        app: &api.app,
        cookies: &api.cookies,
    }
    .mark(jar);
    let page = layout(
        "Sign out?",
        &html! {
            h1 { "Sign out?" }
            p { "You will be signed out of RealGuardIO, everywhere in this browser." }
            form method="post" action="/sign-out" {
                (mark.field())
                @if let Some(id) = client_id { input type="hidden" name="client_id" value=(id); }
                @if let Some(uri) = &destination.uri { input type="hidden" name="post_logout_redirect_uri" value=(uri); }
                @if let Some(state) = &destination.state { input type="hidden" name="state" value=(state); }
                button type="submit" { "Sign out" }
            }
        },
    );
    (jar, LeadsTo(destination.uri.clone(), page)).into_response()
}

/// Where somebody goes who has signed out.
struct Destination {
    uri: Option<Url>,
    state: Option<String>,
}

impl Destination {
    fn of(app: &App, client_id: Option<&str>, parameters: &Parameters) -> Result<Self, PageError> {
        let state = parameters.get("state").map(ToOwned::to_owned);
        let Some(uri) = parameters.get("post_logout_redirect_uri") else {
            return Ok(Self { uri: None, state });
        };
        let client = client_id.and_then(|id| app.clients.get(id));
        let registered = client.is_some_and(|client| client.may_redirect_after_logout(uri));
        match Url::parse(uri) {
            Ok(uri) if registered => Ok(Self {
                uri: Some(uri),
                state,
            }),
            _ => Err(PageError::bad_client(
                "The address to return to is not registered here.",
            )),
        }
    }

    fn go(self) -> Response {
        match self.uri {
            Some(mut uri) => {
                if let Some(state) = &self.state {
                    uri.query_pairs_mut().append_pair("state", state);
                }
                Redirect::to(uri.as_str()).into_response()
            }
            None => layout(
                "Signed out",
                &html! {
                    h1 { "You are signed out" }
                    p { a class="button" href="/sign-in" { "Sign in again" } }
                },
            )
            .into_response(),
        }
    }
}
