//! The outside of a token: its three parts and its header.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use serde::Deserialize;

use super::{Rejection, claims::Claims};

/// Bytes that a token may have.
pub const MAX_TOKEN: usize = 8 * 1024;

/// A token, taken apart. Nothing in it is to be believed yet.
pub(super) struct Token<'a> {
    pub(super) header: Header,
    /// What the signature is of.
    pub(super) signed: &'a str,
    pub(super) signature: &'a str,
    payload: &'a str,
}

/// A header says which key, by which algorithm, and what kind of token. Whatever says more wants
/// something of the verifier that it does not do, and is refused; so is a field that comes twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) alg: Algorithm,
    pub(super) kid: String,
    typ: String,
}

impl<'a> Token<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, Rejection> {
        if text.len() > MAX_TOKEN {
            return Err(Rejection::Invalid("size"));
        }
        // A fourth part would be within the payload, where no dot can be decoded.
        let split = text.rsplit_once('.').and_then(|(signed, signature)| {
            let (header, payload) = signed.split_once('.')?;
            Some((header, payload, signed, signature))
        });
        let (header, payload, signed, signature) = split.ok_or(Rejection::Invalid("parts"))?;
        let header: Header = decode(header).ok_or(Rejection::Invalid("header"))?;
        // RFC 9068: media types are compared without regard to case, the prefix may be left out.
        let typ = header.typ.to_ascii_lowercase();
        if !matches!(typ.as_str(), "at+jwt" | "application/at+jwt") {
            return Err(Rejection::Invalid("type"));
        }
        Ok(Self {
            header,
            signed,
            signature,
            payload,
        })
    }

    /// What the token claims; to be asked for after its signature was checked.
    pub(super) fn claims(&self) -> Result<Claims, Rejection> {
        decode(self.payload).ok_or(Rejection::Invalid("claims"))
    }
}

fn decode<T: for<'de> Deserialize<'de>>(part: &str) -> Option<T> {
    let json = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&json).ok()
}
