//! `GET /bff/events`: what changes, as it changes.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::{
        Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use chassis::problem::{Problem, TOO_MANY_REQUESTS};
use futures::{Stream, StreamExt, stream::poll_fn};
use serde_json::json;
use tokio::sync::mpsc;

use super::{Api, own_page::OwnPage, session::SignedIn};
use crate::events::Push;

/// How often a quiet stream says that it is there. A comment would do for those in between; the user interface does not
/// hear comments, and must not promise that every change appears by itself when nobody is there to tell.
const BEAT: Duration = Duration::from_secs(1);

/// Server-sent events for the person who is signed in:
///
/// | event | data |
/// |---|---|
/// | `system` | the system as this person sees it now, with who made this version, where known: `changed`, with `by`, `at`, `action` |
/// | `removed` | `id` of a system that this person sees no longer |
/// | `list` | other systems may be seen than before, too many to be told: read the list again |
/// | `stale` | what was told may not be so any more |
/// | `fresh` | it is so again |
/// | `beat` | after a second without another: we are there |
///
/// Subscribe first and read then, also after each reconnection. The stream ends with the session
/// and with the access token; connect again.
#[utoipa::path(
    get, path = "/bff/events", operation_id = "followEvents", tag = "events", security(()),
    responses(
        (status = 200, description = "Events.", content_type = "text/event-stream"),
        (status = 401, description = "Nobody is signed in."),
        (status = 429, description = "This session has too many streams already."),
    )
)]
pub(super) async fn events(_: OwnPage, signed_in: SignedIn, State(api): State<Api>) -> Response {
    let session = signed_in.session.clone();
    let pushes = api
        .hub
        .follow(session, api.sessions.clone(), api.upstreams.clone())
        .await;
    let Some(pushes) = pushes else {
        return signed_in.answer(Problem::new(&TOO_MANY_REQUESTS).retry_after(5));
    };
    let beat = Event::default().event("beat").data("{}");
    let stream = Sse::new(written(pushes)).keep_alive(KeepAlive::new().interval(BEAT).event(beat));
    signed_in.answer(stream)
}

fn written(mut pushes: mpsc::Receiver<Push>) -> impl Stream<Item = Result<Event, Infallible>> {
    poll_fn(move |cx| pushes.poll_recv(cx)).map(|push| {
        let (name, data) = match push {
            Push::System(system) => ("system", system),
            Push::Removed(id) => ("removed", json!({ "id": id })),
            Push::List => ("list", json!({})),
            Push::Stale => ("stale", json!({})),
            Push::Fresh => ("fresh", json!({})),
        };
        Ok(Event::default().event(name).data(data.to_string()))
    })
}
