//! `X-Request-ID`: what the caller calls a request, the answer is called too.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderName;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Says the request's name on the answer.
pub(super) async fn echo(request: Request, next: Next) -> Response {
    let name = request.headers().get(X_REQUEST_ID).cloned();
    let mut response = next.run(request).await;
    if let Some(name) = name {
        response.headers_mut().insert(X_REQUEST_ID, name);
    }
    response
}
