//! The mailbox of a demonstration: the mail that would have been sent.

use std::collections::HashSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use maud::html;
use serde_json::{Value, json};

use super::page::{PageError, layout};
use crate::app::{App, Failure, letter};
use crate::domain::id::DeliveryId;
use crate::store::Mail;

/// All mail of the last 24 hours, newest first; as JSON for who prefers that.
#[utoipa::path(get, path = "/demo/mailbox", operation_id = "showMailbox", tag = "pages", security(()),
    responses((status = 200, description = "The mail.", content_type = "text/html")))]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let mut letters = app.mailbox().await?;
    if wants_json(&headers) {
        let items: Vec<_> = letters.iter().map(|mail| as_json(&app, mail)).collect();
        return Ok(Json(json!({ "items": items })).into_response());
    }
    let live = live(&app, &letters).await?;
    // What still works is what somebody looks for.
    letters.sort_by_key(|mail| !live.contains(&mail.id));
    let page = layout(
        "Mailbox",
        &html! {
            h1 { "Mailbox" }
            p { "A demonstration sends no mail. This is what it would have sent." }
            @if letters.is_empty() { p class="hint" { "Nothing yet. Hire somebody, or say that you forgot your password." } }
            div class="letters" {
                @for mail in &letters {
                    @let (subject, body) = letter(&app, mail);
                    @let link = app.link_address(mail.link);
                    article class=[(!live.contains(&mail.id)).then_some("used")] {
                        h2 { (subject) }
                        p class="hint" { "To " (mail.recipient) ", " (mail.queued_at.strftime("%-d %B %Y, %H:%M UTC")) }
                        @if !live.contains(&mail.id) {
                            p { "Its link was used, or a newer letter has replaced it." }
                        } @else if let Some((before, after)) = body.split_once(link.as_str()) {
                            pre { (before.trim_end()) }
                            p { a href=(link) { (link) } }
                            pre { (after.trim_start()) }
                        }
                    }
                }
            }
        },
    );
    Ok(page.into_response())
}

/// The letters whose links still work.
async fn live(app: &App, letters: &[Mail]) -> Result<HashSet<DeliveryId>, Failure> {
    let mut live = HashSet::new();
    for mail in letters {
        if app.link_works(mail.link).await? {
            live.insert(mail.id);
        }
    }
    Ok(live)
}

fn wants_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| {
            accept
                .split(',')
                .next()
                .unwrap_or_default()
                .trim()
                .eq_ignore_ascii_case("application/json")
        })
}

fn as_json(app: &App, mail: &Mail) -> Value {
    let (subject, body) = letter(app, mail);
    json!({
        "to": mail.recipient.as_str(),
        "subject": subject,
        "body": body,
        "link": app.link_address(mail.link),
        "at": mail.queued_at,
    })
}
