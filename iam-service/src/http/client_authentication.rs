//! Which client calls: by its secret, in the header or in the form; a public one by its id.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use super::oauth_error::OAuthError;
use super::parameters::Parameters;
use crate::domain::client::{Client, Clients};

/// The client that sent a form, if it proves to be it. Parameters that come twice are refused here, for all endpoints.
pub(super) fn authenticate<'a>(
    clients: &'a Clients,
    headers: &HeaderMap,
    form: &Parameters,
) -> Result<&'a Client, OAuthError> {
    match form.repeated() {
        Some("resource") => {
            let description = "a token is for one resource".to_owned();
            return Err(OAuthError::Refused {
                code: "invalid_target",
                description,
            });
        }
        Some(name) => {
            return Err(OAuthError::invalid_request(format!(
                "{name} comes more than once"
            )));
        }
        None => {}
    }
    let in_form = (form.get("client_id"), form.get("client_secret"));
    let in_header = headers.get(header::AUTHORIZATION).is_some();
    match (basic(headers), in_form) {
        (Some(_), (_, Some(_))) => Err(OAuthError::invalid_request(
            "the client authenticates in more than one way",
        )),
        (Some((id, secret)), (named, None)) => {
            let agrees = named.is_none_or(|named| named == id);
            let client = clients
                .get(&id)
                .filter(|client| agrees && client.has_secret(&secret));
            client.ok_or(OAuthError::InvalidClient { challenge: true })
        }
        (None, _) if in_header => Err(OAuthError::InvalidClient { challenge: true }),
        (None, (Some(id), Some(secret))) => {
            let client = clients.get(id).filter(|client| client.has_secret(secret));
            client.ok_or(OAuthError::InvalidClient { challenge: false })
        }
        (None, (Some(id), None)) => {
            let client = clients.get(id).filter(|client| client.is_public());
            client.ok_or(OAuthError::InvalidClient { challenge: false })
        }
        (None, (None, _)) => Err(OAuthError::InvalidClient { challenge: true }),
    }
}

/// Id and secret of the basic scheme, each form-encoded first (RFC 6749, section 2.3.1).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (scheme, credentials) = values.next()?.to_str().ok()?.split_once(' ')?;
    if values.next().is_some() || !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((form_decoded(id), form_decoded(secret)))
}

fn form_decoded(text: &str) -> String {
    // The one part of a pair that has no name and no `=` or `&` in it, because those are encoded.
    form_urlencoded::parse(text.as_bytes())
        .next()
        .map(|(text, _)| text.into_owned())
        .unwrap_or_default()
}
