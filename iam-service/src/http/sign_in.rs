//! The sign-in page.

mod view;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use jiff::Timestamp;
use maud::html;
use url::Url;

use self::view::View;
use super::Api;
use super::authorize::{deliver, expect};
use super::cookies::Cookies;
use super::demo_accounts::DemoAccount;
use super::page::{Forms, LeadsTo, PageError, layout};
use super::parameters::{FormParameters, Parameters, QueryParameters};
use super::peer::Peer;
use crate::app::{App, SignIn, SignInError, SignedIn};
use crate::domain::authorization::AuthorizationRequest;

/// What one page has to say about wrong credentials, whichever of the two is wrong.
const WRONG: &str = "The e-mail address or the password is not right.";
/// What it says to who chose a demonstration's account: nothing was typed that could be wrong.
const CHANGED: &str = "Somebody has chosen another password for this demonstration account. Sign in with that one, or as somebody else.";
const NOT_OURS: &str = "This page was open for too long. Please try once more.";

/// The page, with a client's request waiting behind it or without one.
#[utoipa::path(get, path = "/sign-in", operation_id = "showSignIn", tag = "pages", security(()),
    responses((status = 200, description = "The page.", content_type = "text/html")))]
pub(super) async fn show(
    State(api): State<Api>,
    jar: CookieJar,
    QueryParameters(query): QueryParameters,
) -> Result<Response, PageError> {
    let request = waiting(&api.app, &query)?;
    let email = request
        .as_ref()
        .and_then(|request| request.login_hint.clone())
        .unwrap_or_default();
    Ok(Page {
        api: &api,
        query: &query,
        request: request.as_ref(),
    }
    .render(jar, &email, None)
    .await)
}

/// Signs in.
#[utoipa::path(post, path = "/sign-in", operation_id = "signIn", tag = "pages", security(()),
    responses(
        (status = 303, description = "Signed in; back to the client."),
        (status = 403, description = "The page again: wrong, or not our form.", content_type = "text/html"),
        (status = 429, description = "The page again: too many attempts.", content_type = "text/html")))]
pub(super) async fn submit(
    State(api): State<Api>,
    Peer(address): Peer,
    jar: CookieJar,
    FormParameters(form): FormParameters,
) -> Result<Response, PageError> {
    let (app, cookies) = (&*api.app, &*api.cookies);
    let query = Parameters::parse(form.get("request").unwrap_or_default().as_bytes());
    let request = waiting(app, &query)?;
    let page = Page {
        api: &api,
        query: &query,
        request: request.as_ref(),
    };
    let email = form.get("email").unwrap_or_default();
    if !(Forms { app, cookies }).is_ours(&jar, &form) {
        let page = page.render(jar, email, Some(NOT_OURS)).await;
        return Ok((StatusCode::FORBIDDEN, page).into_response());
    }
    let attempt = SignIn {
        email: email.to_owned(),
        password: form.get("password").unwrap_or_default().into(),
        address,
        devices: app.devices(cookies.devices(&jar)),
        replaces: cookies
            .session(&jar)
            .and_then(|cookie| app.session_id(cookie)),
        request: request.clone(),
    };
    let attempted = app.sign_in(attempt).await;
    count(&attempted);
    match attempted {
        Ok(signed_in) => {
            let jar = cookies.set_session(jar, app.session_cookie(&signed_in.session));
            let jar = cookies.set_devices(jar, app.devices_cookie(&signed_in.devices));
            Ok((jar, onwards(app, &signed_in)?).into_response())
        }
        Err(refused) => page.refuse(jar, &form, refused).await,
    }
}

/// Back to the client that asked, or to the front page.
fn onwards(app: &App, signed_in: &SignedIn) -> Result<Response, PageError> {
    match (&signed_in.code, app.clients.home()) {
        (Some(code), _) => deliver(app, code),
        (None, Some(home)) => Ok(Redirect::to(home.as_str()).into_response()),
        (None, None) => {
            Ok(layout("Signed in", &html! { h1 { "You are signed in" } }).into_response())
        }
    }
}

fn count(attempted: &Result<SignedIn, SignInError>) {
    let outcome = match attempted {
        Ok(_) => "signed-in",
        Err(SignInError::Wrong) => "wrong",
        Err(SignInError::Blocked(_)) => "blocked",
        Err(SignInError::Failure(_)) => "failed",
    };
    metrics::counter!("sign_ins_total", "outcome" => outcome).increment(1);
}

/// The request that waits behind the page, if there is one.
fn waiting(app: &App, query: &Parameters) -> Result<Option<AuthorizationRequest>, PageError> {
    match query.get("client_id") {
        Some(_) => expect(app, query).map(Some),
        None => Ok(None),
    }
}

/// How long to wait, for the header and for the reader.
pub(super) fn later(now: Timestamp, until: Timestamp) -> (String, String) {
    let seconds = until.duration_since(now).as_secs().max(1);
    let wait = if seconds == 1 {
        "a second".to_owned()
    } else if seconds < 90 {
        format!("{seconds} seconds")
    } else {
        format!("{} minutes", (seconds + 59) / 60)
    };
    (
        seconds.to_string(),
        format!("There were too many attempts. Try again in {wait}."),
    )
}

/// The page with what is behind it.
struct Page<'a> {
    api: &'a Api,
    query: &'a Parameters,
    request: Option<&'a AuthorizationRequest>,
}

impl Page<'_> {
    /// The page again, saying why nobody was signed in.
    async fn refuse(
        &self,
        jar: CookieJar,
        form: &Parameters,
        error: SignInError,
    ) -> Result<Response, PageError> {
        let email = form.get("email").unwrap_or_default();
        match error {
            SignInError::Wrong => {
                let page = self.render(jar, email, Some(self.wrong(form).await)).await;
                Ok((StatusCode::FORBIDDEN, page).into_response())
            }
            SignInError::Blocked(until) => {
                let (seconds, text) = later(self.api.app.now(), until);
                let page = self.render(jar, email, Some(&text)).await;
                let wait = [(header::RETRY_AFTER, seconds)];
                Ok((StatusCode::TOO_MANY_REQUESTS, wait, page).into_response())
            }
            SignInError::Failure(failure) => Err(failure.into()),
        }
    }

    async fn wrong(&self, form: &Parameters) -> &'static str {
        let (email, password) = (form.get("email"), form.get("password"));
        let Some(demo) = &self.api.demo else {
            return WRONG;
        };
        let accounts = demo.accounts.read().await;
        let chosen = |account: &DemoAccount| {
            email == Some(account.email.as_str()) && password == Some(account.password.as_str())
        };
        if accounts.iter().any(chosen) {
            CHANGED
        } else {
            WRONG
        }
    }

    async fn render(&self, jar: CookieJar, email: &str, notice: Option<&str>) -> Response {
        let app = &*self.api.app;
        let cookies: &Cookies = &self.api.cookies;
        let (jar, mark) = Forms { app, cookies }.mark(jar);
        let accounts = match &self.api.demo {
            Some(demo) => Some(demo.accounts.read().await),
            None => None,
        };
        let request = self.query.to_query();
        let view = View {
            mark: &mark,
            request: &request,
            email,
            notice,
            accounts: accounts.as_deref(),
        };
        let leads_to = match self.request {
            Some(request) => Url::parse(&request.redirect_uri).ok(),
            None => app.clients.home().cloned(),
        };
        (jar, LeadsTo(leads_to, view.render())).into_response()
    }
}
