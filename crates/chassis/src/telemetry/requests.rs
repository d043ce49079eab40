//! Each request: a span in the caller's trace, and a measurement.

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use metrics::{gauge, histogram};
use tokio::time::Instant;
use tracing::{Instrument as _, Span, field::Empty, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::{extract, trace_of};

/// The route of a request that no route takes.
const NO_ROUTE: &str = "unmatched";

/// Records one request.
///
/// The route is the pattern, never the path: ids would make every request a series of its own.
pub(crate) async fn record(request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or(NO_ROUTE, MatchedPath::as_str)
        .to_owned();
    let method = method_of(&request);
    let span = span_of(&request, &route);
    let running = Running::start();
    let started = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    drop(running);
    histogram!(
        "http_server_request_duration_seconds",
        "method" => method, "route" => route, "status" => status.as_u16().to_string()
    )
    .record(started.elapsed());
    span.in_scope(|| tracing::debug!("answered"));
    response
}

/// Methods that nobody knows count as one: a client must not make series by inventing them.
fn method_of(request: &Request) -> &'static str {
    match request.method().as_str() {
        "GET" => "GET",
        "PUT" => "PUT",
        "POST" => "POST",
        "DELETE" => "DELETE",
        "PATCH" => "PATCH",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}

/// The path, unless the route says that there is a token in it, or there is no route, so that there may be one: whoever
/// reads a log must not be able to use somebody's one-time link.
fn path_of<'a>(request: &'a Request, route: &'a str) -> &'a str {
    if route.contains("{token}") || route == NO_ROUTE {
        route
    } else {
        request.uri().path()
    }
}

fn span_of(request: &Request, route: &str) -> Span {
    let span = info_span!(
        "request",
        otel.name = format!("{} {route}", method_of(request)),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method_of(request),
        http.route = route,
        url.path = path_of(request, route),
        trace_id = Empty,
        http.response.status_code = Empty,
    );
    if let Err(error) = span.set_parent(extract(request.headers())) {
        tracing::trace!(%error, "the caller's trace is not joined");
    }
    if let Some(id) = trace_of(&span) {
        span.record("trace_id", id);
    }
    span
}

/// Counts a request while it runs, also one whose client has gone.
struct Running;

impl Running {
    fn start() -> Self {
        gauge!("http_server_active_requests").increment(1);
        Self
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        gauge!("http_server_active_requests").decrement(1);
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_token_in_a_path_is_not_told() {
        let request = |uri: &str| Request::builder().uri(uri).body(Body::empty()).unwrap();
        let link = request("/one-time-links/c2VjcmV0");
        assert_eq!(
            path_of(&link, "/one-time-links/{token}"),
            "/one-time-links/{token}"
        );
        let no_link = request("/one-time-links/c2VjcmV0/");
        assert_eq!(path_of(&no_link, NO_ROUTE), NO_ROUTE);
        let system = request("/securitysystems/7?page=2");
        assert_eq!(
            path_of(&system, "/securitysystems/{securitySystemId}"),
            "/securitysystems/7"
        );
    }
}
