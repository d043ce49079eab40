//! Asking for a one-time link.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use maud::{Markup, html};

use super::Api;
use super::page::{Forms, Mark, PageError, layout, notice, way_to_mailbox};
use super::parameters::FormParameters;
use super::peer::Peer;
use super::sign_in::later;
use crate::app::SignInError;

/// The page.
#[utoipa::path(get, path = "/forgot-password", operation_id = "showForgotPassword", tag = "pages", security(()),
    responses((status = 200, description = "The page.", content_type = "text/html")))]
pub(super) async fn show(State(api): State<Api>, jar: CookieJar) -> Response {
    let (jar, mark) = forms(&api).mark(jar);
    (jar, page(&mark, None)).into_response()
}

/// Sends a link to this address, if somebody has it. Nobody learns whether.
#[utoipa::path(post, path = "/forgot-password", operation_id = "forgotPassword", tag = "pages", security(()),
    responses(
        (status = 200, description = "A page: mail is on its way, if there is such a user.", content_type = "text/html"),
        (status = 429, description = "The page again: too many attempts.", content_type = "text/html")))]
pub(super) async fn submit(
    State(api): State<Api>,
    Peer(address): Peer,
    jar: CookieJar,
    FormParameters(form): FormParameters,
) -> Result<Response, PageError> {
    let (app, forms) = (&*api.app, forms(&api));
    if !forms.is_ours(&jar, &form) {
        let (jar, mark) = forms.mark(jar);
        let page = page(
            &mark,
            Some("This page was open for too long. Please try once more."),
        );
        return Ok((StatusCode::FORBIDDEN, jar, page).into_response());
    }
    match app
        .forgot_password(form.get("email").unwrap_or_default(), address)
        .await
    {
        Ok(()) | Err(SignInError::Wrong) => Ok(sent(api.demo.is_some()).into_response()),
        Err(SignInError::Blocked(until)) => {
            let (jar, mark) = forms.mark(jar);
            let (seconds, text) = later(app.now(), until);
            let page = page(&mark, Some(&text));
            Ok((
                StatusCode::TOO_MANY_REQUESTS,
                [(header::RETRY_AFTER, seconds)],
                jar,
                page,
            )
                .into_response())
        }
        Err(SignInError::Failure(failure)) => Err(failure.into()),
    }
}

fn forms(api: &Api) -> Forms<'_> {
    Forms {
        app: &api.app,
        cookies: &api.cookies,
    }
}

fn page(mark: &Mark, problem: Option<&str>) -> Markup {
    layout(
        "Forgot your password?",
        &html! {
            h1 { "Forgot your password?" }
            p { "Tell us your e-mail address, and we send you a link by which you choose a new one." }
            @if let Some(text) = problem { (notice(text)) }
            form method="post" action="/forgot-password" {
                (mark.field())
                div class="field" {
                    label for="email" { "E-mail" }
                    input id="email" name="email" type="email" autocomplete="username" required maxlength="254" autofocus;
                }
                button type="submit" { "Send the link" }
            }
            p { a href="/sign-in" { "Back to sign in" } }
        },
    )
}

fn sent(demo: bool) -> Markup {
    layout(
        "Look into your mail",
        &html! {
            h1 { "Look into your mail" }
            p { "If there is an account with this address, a link is on its way to it, or came a few minutes ago. It works once, for 24 hours." }
            @if demo { (way_to_mailbox()) }
            p { a href="/sign-in" { "Back to sign in" } }
        },
    )
}
