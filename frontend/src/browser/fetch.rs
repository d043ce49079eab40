//! Calls of the API, each with a deadline: an unanswered question is an answer too.

use js_sys::encode_uri_component;
use leptos::prelude::window;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

use crate::model::employer::{Administered, Kind, Organization};
use crate::model::explanation::Explanation;
use crate::model::history::Entry;
use crate::model::in_force::{InForce, Strategies};
use crate::model::page::Page;
use crate::model::problem::Problem;
use crate::model::system::{Action, System, SystemId};
use crate::model::trouble::Trouble;
use crate::model::user::User;

/// Longer than the service's own deadline, so that a slow answer is still heard.
const DEADLINE_MILLIS: u32 = 15_000;

type Answer<T> = Result<T, Trouble>;

/// Who is signed in, if somebody is.
///
/// # Errors
///
/// See [`Trouble`].
pub async fn user() -> Answer<Option<User>> {
    #[derive(Deserialize)]
    struct Session {
        user: Option<User>,
    }
    let session: Session = get("/bff/session").await?;
    Ok(session.user)
}

/// A page of the systems that this person may view.
///
/// # Errors
///
/// See [`Trouble`].
pub async fn systems(page: Option<&str>) -> Answer<Page<System>> {
    let path = with_page("/api/securitysystems", page);
    let (age, page) = aged("GET", &path, &[], None::<&()>).await?;
    Ok(Page { age, ..page })
}

/// One system.
///
/// # Errors
///
/// Also when this person may not view it: [`Trouble::is_absent`].
pub async fn system(id: &SystemId) -> Answer<System> {
    get(&path(id)).await
}

/// A page of what happened to a system, the newest first.
///
/// # Errors
///
/// See [`Trouble`].
pub async fn history(id: &SystemId, page: Option<&str>) -> Answer<Page<Entry>> {
    get(&with_page(&format!("{}/history", path(id)), page)).await
}

/// What this person may do to a system and why not more: by a strategy, or by the one in force.
///
/// # Errors
///
/// See [`Trouble`].
pub async fn explanation(id: &SystemId, by: Option<&str>) -> Answer<Explanation> {
    let headers = by.map(|name| ("Authorization-Strategy", name.to_owned()));
    let path = format!("{}/explanation", path(id));
    call("GET", &path, headers.as_slice(), None::<&()>).await
}

/// Which strategy decides what.
///
/// # Errors
///
/// Also when this person does not choose it, or nobody does here.
pub async fn strategies() -> Answer<Strategies> {
    get("/api/strategies").await
}

/// Has a strategy decide an operation, or the configured one, provided that nobody has chosen since this was seen.
///
/// # Errors
///
/// Also when somebody has.
pub async fn choose(seen: &InForce, strategy: Option<&str>) -> Answer<InForce> {
    #[derive(Serialize)]
    struct Choice<'a> {
        strategy: &'a str,
    }
    let path = format!("/api/strategies/{}", encode_uri_component(&seen.operation));
    let headers = [("If-Match", format!("\"{}\"", seen.version))];
    let method = if strategy.is_some() { "PUT" } else { "DELETE" };
    let choice = strategy.map(|strategy| Choice { strategy });
    call(method, &path, &headers, choice.as_ref()).await
}

/// The organizations of a kind that this person works for.
///
/// # Errors
///
/// See [`Trouble`].
pub async fn organizations(kind: Kind) -> Answer<Page<Organization>> {
    get(&format!("/api/{}", kind.path())).await
}

/// What administrators of an organization know; nothing, if this person is none.
///
/// # Errors
///
/// See [`Trouble`].
pub async fn administered(kind: Kind, id: &str) -> Answer<Option<Administered>> {
    let (path, below) = (kind.path(), kind.administrators_read());
    let id = encode_uri_component(id);
    match get::<Page<IgnoredAny>>(&format!("/api/{path}/{id}/{below}?limit=1")).await {
        Ok(first) => Ok(Some(Administered {
            appointed: !first.items.is_empty() || first.next_page.is_some(),
        })),
        Err(trouble) if trouble.status() == Some(403) => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

/// Does something to a system, provided that it is still as it was seen.
///
/// # Errors
///
/// Also when the system has changed meanwhile: [`Trouble::is_conflict`].
pub async fn act(seen: &System, action: Action) -> Answer<System> {
    #[derive(Serialize)]
    struct Command {
        action: Action,
    }
    let headers = [("If-Match", format!("\"{}\"", seen.version))];
    call("PUT", &path(&seen.id), &headers, Some(&Command { action })).await
}

/// Ends the session, and tells where to go to end it at the provider too.
///
/// # Errors
///
/// See [`Trouble`].
pub async fn sign_out() -> Answer<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct SignedOut {
        end_session_url: String,
    }
    call::<SignedOut>("POST", "/bff/logout", &[], None::<&()>)
        .await
        .map(|answer| answer.end_session_url)
}

fn path(id: &SystemId) -> String {
    format!("/api/securitysystems/{}", encode_uri_component(&id.0))
}

fn with_page(path: &str, page: Option<&str>) -> String {
    page.map_or_else(
        || path.to_owned(),
        |page| format!("{path}?page={}", encode_uri_component(page)),
    )
}

async fn get<T: DeserializeOwned>(path: &str) -> Answer<T> {
    call("GET", path, &[], None::<&()>).await
}

async fn call<T: DeserializeOwned>(
    method: &str,
    path: &str,
    headers: &[(&str, String)],
    body: Option<&impl Serialize>,
) -> Answer<T> {
    aged(method, path, headers, body)
        .await
        .map(|(_, answer)| answer)
}

/// With the age of the answer, in seconds.
async fn aged<T: DeserializeOwned>(
    method: &str,
    path: &str,
    headers: &[(&str, String)],
    body: Option<&impl Serialize>,
) -> Answer<(u32, T)> {
    let response = send(method, path, headers, body)
        .await
        .map_err(|_| Trouble::NoAnswer)?;
    let text = text(&response).await.map_err(|_| Trouble::NoAnswer)?;
    let seconds = |name| header(&response, name).and_then(|seconds| seconds.parse().ok());
    if response.ok() {
        let answer = serde_json::from_str(&text).map_err(|_| Trouble::NoAnswer)?;
        return Ok((seconds("Age").unwrap_or(0), answer));
    }
    Err(Trouble::Answered {
        status: response.status(),
        problem: Box::new(serde_json::from_str::<Problem>(&text).unwrap_or_default()),
        retry_after: seconds("Retry-After"),
    })
}

async fn send(
    method: &str,
    path: &str,
    headers: &[(&str, String)],
    body: Option<&impl Serialize>,
) -> Result<Response, JsValue> {
    let all = Headers::new()?;
    all.set("Accept", "application/json")?;
    // What a foreign page cannot send without being asked: the BFF refuses calls without it.
    all.set("X-Requested-With", "RealGuardIO")?;
    for (name, value) in headers {
        all.set(name, value)?;
    }
    let request = RequestInit::new();
    request.set_method(method);
    request.set_signal(Some(&AbortSignal::timeout_with_u32(DEADLINE_MILLIS)));
    if let Some(body) = body
        .map(serde_json::to_string)
        .transpose()
        .map_err(|error| JsValue::from(error.to_string()))?
    {
        all.set("Content-Type", "application/json")?;
        request.set_body(&JsValue::from(body));
    }
    request.set_headers(&all);
    JsFuture::from(window().fetch_with_str_and_init(path, &request))
        .await?
        .dyn_into()
}

async fn text(response: &Response) -> Result<String, JsValue> {
    Ok(JsFuture::from(response.text()?)
        .await?
        .as_string()
        .unwrap_or_default())
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).ok().flatten()
}
