//! Choosing a password by a one-time link; and, who is new, a name.
//!
//! Looking at the page does not use the link up, because mail servers look too. The form needs no other mark than the
//! link itself: whoever can send it knows the link.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use chassis::http::Path;
use maud::{Markup, html};

use super::cookies::Cookies;
use super::page::{PageError, layout, notice};
use super::parameters::FormParameters;
use crate::app::{App, Choice, SetPasswordError};
use crate::domain::password::{LONGEST, SHORTEST};
use crate::store::LinkOwner;

/// The page.
#[utoipa::path(get, path = "/one-time-links/{token}", operation_id = "showOneTimeLink", tag = "pages", security(()),
    params(("token" = String, Path, description = "The link.")),
    responses(
        (status = 200, description = "The page.", content_type = "text/html"),
        (status = 404, description = "A page: the link does not work any more.", content_type = "text/html")))]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Path(link): Path<String>,
) -> Result<Response, PageError> {
    match app.link_owner(&link).await? {
        Some(owner) => Ok(page(&link, &owner, owner.name.as_str(), None).into_response()),
        None => Ok(dead()),
    }
}

/// Sets the password, and uses the link up.
#[utoipa::path(post, path = "/one-time-links/{token}", operation_id = "setPassword", tag = "pages", security(()),
    params(("token" = String, Path, description = "The link.")),
    responses(
        (status = 200, description = "A page: the password is set.", content_type = "text/html"),
        (status = 404, description = "A page: the link does not work any more.", content_type = "text/html"),
        (status = 422, description = "The page again: the password or the name will not do.", content_type = "text/html")))]
pub(super) async fn submit(
    State(app): State<Arc<App>>,
    State(cookies): State<Arc<Cookies>>,
    jar: CookieJar,
    Path(link): Path<String>,
    FormParameters(form): FormParameters,
) -> Result<Response, PageError> {
    let choice = Choice {
        password: form.get("password").unwrap_or_default().into(),
        name: form.get("name").map(ToOwned::to_owned),
    };
    let devices = app.devices(cookies.devices(&jar));
    match app.set_password(&link, choice, devices).await {
        Ok(devices) => {
            let jar = cookies.set_devices(jar, app.devices_cookie(&devices));
            Ok((jar, done(&app)).into_response())
        }
        Err(SetPasswordError::DeadLink) => Ok(dead()),
        Err(SetPasswordError::Failure(failure)) => Err(failure.into()),
        Err(refused @ (SetPasswordError::Weak(_) | SetPasswordError::Name(_))) => {
            match app.link_owner(&link).await? {
                Some(owner) => {
                    let name = form.get("name").unwrap_or_default();
                    let page = page(&link, &owner, name, Some(&refused));
                    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
                }
                None => Ok(dead()),
            }
        }
    }
}

fn page(link: &str, owner: &LinkOwner, name: &str, refused: Option<&SetPasswordError>) -> Markup {
    let weak = matches!(refused, Some(SetPasswordError::Weak(_))).then_some("true");
    let no_name = matches!(refused, Some(SetPasswordError::Name(_))).then_some("true");
    layout(
        "Choose a password",
        &html! {
            h1 { "Choose a password" }
            p { "This is for " b { (owner.email) } "." }
            @if let Some(refused) = refused { (notice(&refused.to_string())) }
            form method="post" action=(format!("/one-time-links/{link}")) {
                // For password managers: they keep the password with the address.
                input type="email" name="email" autocomplete="username" value=(owner.email) readonly hidden;
                @if !owner.has_password {
                    div class="field" {
                        label for="name" { "Your name" }
                        input id="name" name="name" autocomplete="name" value=(name) required maxlength="120"
                            aria-describedby="name-hint" aria-invalid=[no_name];
                        p class="hint" id="name-hint" { "Others see it beside what you do." }
                    }
                }
                div class="field" {
                    label for="password" { "New password" }
                    input id="password" name="password" type="password" autocomplete="new-password" required
                        minlength=(SHORTEST) maxlength=(LONGEST) autofocus aria-describedby="advice"
                        aria-invalid=[weak];
                    p class="hint" id="advice" { "At least " (SHORTEST) " characters. A few words will do." }
                }
                button type="submit" { "Set the password" }
            }
        },
    )
}

fn done(app: &App) -> Markup {
    layout(
        "Password set",
        &html! {
            h1 { "Your password is set" }
            p { "You are signed out everywhere. Sign in with the new password." }
            @match app.clients.home() {
                Some(home) => p { a class="button" href=(home) { "Continue to RealGuardIO" } },
                None => p { a class="button" href="/sign-in" { "Sign in" } },
            }
        },
    )
}

fn dead() -> Response {
    let page = layout(
        "This link does not work",
        &html! {
            h1 { "This link does not work any more" }
            p { "A link works once, for 24 hours, and a newer one replaces it." }
            p { a class="button" href="/forgot-password" { "Send me another" } }
        },
    );
    (StatusCode::NOT_FOUND, page).into_response()
}
