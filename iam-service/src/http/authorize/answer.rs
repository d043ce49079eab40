//! Back to the client.

use axum::response::{IntoResponse, Redirect, Response};
use url::Url;

use super::Rejected;
use crate::app::{App, IssuedCode};
use crate::http::page::PageError;

/// Sends the browser back with a code.
pub(in crate::http) fn deliver(app: &App, issued: &IssuedCode) -> Result<Response, PageError> {
    let request = &issued.request;
    redirect(
        app,
        &request.redirect_uri,
        request.state.as_deref(),
        &[("code", &issued.code)],
    )
}

/// Sends the browser back with an error.
pub(super) fn refuse(app: &App, rejected: &Rejected) -> Result<Response, PageError> {
    let error = [
        ("error", rejected.code),
        ("error_description", rejected.description),
    ];
    redirect(
        app,
        &rejected.redirect_uri,
        rejected.state.as_deref(),
        &error,
    )
}

/// `state` shows the client that it asked, `iss` (RFC 9207) that it asked here.
fn redirect(
    app: &App,
    to: &str,
    state: Option<&str>,
    pairs: &[(&str, &str)],
) -> Result<Response, PageError> {
    let mut to = Url::parse(to).map_err(|error| PageError::from(anyhow::Error::from(error)))?;
    {
        let mut query = to.query_pairs_mut();
        query.extend_pairs(pairs);
        query.extend_pairs(state.map(|state| ("state", state)));
        query.append_pair("iss", &app.issuer);
    }
    Ok(Redirect::to(to.as_str()).into_response())
}
