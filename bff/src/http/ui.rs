//! The user interface: files that `cargo xtask frontend` built.
//!
//! A file whose name holds a hash of its content never changes, and is kept by browsers for ever;
//! `index.html`, which names the others, is asked for again each time. Every path that is no
//! file's is a page of the user interface, which finds its own way from there.

use std::{convert::Infallible, path::PathBuf};

use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use chassis::problem::{METHOD_NOT_ALLOWED, Problem};
use http::{HeaderValue, Method, Uri, header};
use tower::{ServiceExt, util::BoxCloneSyncService};
use tower_http::services::ServeDir;

const PAGE: &str = "/index.html";

/// Paths below which there is never a page.
const NO_PAGES: [&str; 5] = ["/api/", "/bff/", "/health/", "/problems/", "/metrics"];

/// Bytes that a file's path has at most.
const LONGEST: usize = 200;

/// Digits of a hash, at least, in the name of a file that never changes.
const HASH: usize = 8;

/// The files in this directory, and 404 for everything without one.
pub(super) fn service(
    directory: Option<PathBuf>,
) -> BoxCloneSyncService<Request, Response, Infallible> {
    let files = directory.map(|directory| {
        ServeDir::new(directory)
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip()
    });
    BoxCloneSyncService::new(tower::service_fn(move |request| {
        serve(files.clone(), request)
    }))
}

async fn serve(files: Option<ServeDir>, mut request: Request) -> Result<Response, Infallible> {
    let path = request.uri().path();
    let (Some(files), false) = (files, NO_PAGES.iter().any(|root| path.starts_with(root))) else {
        return Ok(Problem::not_found().into_response());
    };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(Problem::new(&METHOD_NOT_ALLOWED).into_response());
    }
    let file = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'));
    if file && !could_be_ours(path) {
        return Ok(Problem::not_found().into_response());
    }
    if !file {
        *request.uri_mut() = Uri::from_static(PAGE);
    }
    let caching = caching(request.uri().path());
    let mut response = files.oneshot(request).await?.map(Body::new);
    if response.status().is_success() {
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, caching);
    } else if response.status().is_client_error() {
        response = Problem::not_found().into_response();
    }
    Ok(response)
}

/// Our files have plain names. Others are not looked for: what a file system makes of them is no
/// business of browsers.
fn could_be_ours(path: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-' | b'_');
    path.len() <= LONGEST && path.bytes().all(plain)
}

fn caching(path: &str) -> HeaderValue {
    let mut parts = path.split(['/', '-', '_', '.']);
    let hashed = parts.any(|part| {
        part.len() >= HASH && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    });
    HeaderValue::from_static(if hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    })
}
