//! `/api/…`: the services' own paths, for a person's session.

use std::error::Error;

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    response::Response,
};
use chassis::{
    http::MAX_BODY,
    problem::{MALFORMED, PAYLOAD_TOO_LARGE, Problem},
};
use http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts};
use http_body_util::LengthLimitError;
use outbox::{CONSISTENCY_TOKEN, ConsistencyToken};
use tracing::Instrument as _;

use super::{Api, own_page::OwnCall, session::SignedIn};
use crate::{
    domain::{self, Session, Target},
    upstream::{NoReply, Outgoing, patience},
};

/// What is passed on of a request. Everything else stays here: cookies, a client's own
/// `Authorization`, `X-Forwarded-*`, and `Consistency-Token`, which a service stores with what is
/// written: only what services themselves have said may get there.
const REQUEST_HEADERS: [HeaderName; 7] = [
    header::ACCEPT,
    header::ACCEPT_LANGUAGE,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    HeaderName::from_static("authorization-strategy"),
    HeaderName::from_static("idempotency-key"),
];

/// What is passed back of an answer.
const RESPONSE_HEADERS: [HeaderName; 11] = [
    header::AGE,
    header::ALLOW,
    header::CONTENT_LANGUAGE,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::ETAG,
    header::RETRY_AFTER,
    header::VARY,
    header::WWW_AUTHENTICATE,
    HeaderName::from_static("authorization-strategy"),
    HeaderName::from_static(CONSISTENCY_TOKEN),
];

/// Where our own API begins.
const ROOT: &str = "/api";

/// Sends an allowed request on, and the answer back. What the session has seen goes along, and what
/// it sees by a write is kept before the browser hears of it.
pub(super) async fn forward(
    _: OwnCall,
    signed_in: SignedIn,
    State(api): State<Api>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let target = target(&parts).ok_or_else(Problem::not_found)?;
    if let Some(edge) = &api.edge {
        edge.check(&target, &signed_in.session.credential.access_token)
            .await?;
    }
    let outgoing = Outgoing {
        target,
        query: parts.uri.query().map(str::to_owned),
        headers: passed_on(&parts.headers, &signed_in.session),
        method: parts.method,
        body: to_bytes(body, MAX_BODY)
            .await
            .map_err(|error| unread(&error))?,
        patience: patience(),
    };
    let exchange = exchange(api, signed_in.session.clone(), outgoing).in_current_span();
    // To its end, also when the browser goes away meanwhile: what was written has been seen.
    let answer = tokio::spawn(exchange).await.map_err(Problem::internal)?;
    let answer = answer.map_err(Problem::unavailable)?;
    Ok(signed_in.answer(passed_back(answer)))
}

async fn exchange(
    api: Api,
    session: Session,
    outgoing: Outgoing,
) -> Result<reqwest::Response, NoReply> {
    let token = &session.credential.access_token;
    let answer = api.upstreams.send(outgoing, token).await?;
    observe(&api, &session, answer.headers()).await;
    Ok(answer)
}

fn target(parts: &Parts) -> Option<Target> {
    let path = parts.uri.path().strip_prefix(ROOT)?;
    domain::target(parts.method.as_str(), path)
}

fn passed_on(headers: &HeaderMap, session: &Session) -> HeaderMap {
    let mut headers = chosen(headers, &REQUEST_HEADERS);
    if let Some(seen) = session.consistency.header_value() {
        headers.insert(CONSISTENCY_TOKEN, seen);
    }
    headers
}

fn unread(error: &axum::Error) -> Problem {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return Problem::new(&PAYLOAD_TOO_LARGE);
        }
        cause = error.source();
    }
    Problem::new(&MALFORMED).detail("The body ended early.")
}

async fn observe(api: &Api, session: &Session, headers: &HeaderMap) {
    let answered = ConsistencyToken::from_headers(headers).unwrap_or_else(|error| {
        tracing::error!(%error, "a service answered with no consistency token");
        ConsistencyToken::new()
    });
    if let Err(error) = api
        .sessions
        .observe(session.id, &session.consistency, &answered)
        .await
    {
        // The write is done; to answer anything else would be a lie.
        tracing::warn!(%error, session = %session.id, "a session does not know what it has written");
    }
}

fn passed_back(answer: reqwest::Response) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    *response.headers_mut() = chosen(answer.headers(), &RESPONSE_HEADERS);
    if let Some(location) = answer.headers().get(header::LOCATION).and_then(ours) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    *response.body_mut() = Body::from_stream(answer.bytes_stream());
    response
}

/// A service says where a thing is by its own path; browsers find it below ours.
fn ours(location: &HeaderValue) -> Option<HeaderValue> {
    let path = location
        .to_str()
        .ok()
        .filter(|location| location.starts_with('/'))?;
    HeaderValue::try_from(format!("{ROOT}{path}")).ok()
}

fn chosen(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let mut chosen = HeaderMap::new();
    for name in names {
        for value in headers.get_all(name) {
            chosen.append(name, value.clone());
        }
    }
    chosen
}
