//! One token on its way.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Map, Value};

/// A token to be refined, or spoiled, and then signed.
#[derive(Clone, Debug)]
pub struct Token<'key> {
    key: &'key SigningKey,
    header: Map<String, Value>,
    claims: Map<String, Value>,
    now: Timestamp,
    signed: bool,
}

impl<'key> Token<'key> {
    pub(super) fn new(key: &'key SigningKey, now: Timestamp) -> Self {
        Self {
            key,
            header: Map::new(),
            claims: Map::new(),
            now,
            signed: true,
        }
    }

    /// Sets a claim; `null` removes it.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        set(&mut self.claims, name, value.into());
        self
    }

    /// Sets a member of the header; `null` removes it.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        set(&mut self.header, name, value.into());
        self
    }

    /// Makes the token good from now on for a number of seconds.
    #[must_use]
    pub fn lifetime(self, seconds: i64) -> Self {
        let now = self.now.as_second();
        self.claim("iat", now).claim("exp", now + seconds)
    }

    /// Leaves the signature empty.
    #[must_use]
    pub const fn unsigned(mut self) -> Self {
        self.signed = false;
        self
    }

    /// When the token was issued, in seconds.
    #[must_use]
    pub fn issued_at(&self) -> i64 {
        self.now.as_second()
    }

    /// The header, as it will be written.
    #[must_use]
    pub fn header_json(&self) -> String {
        Value::from(self.header.clone()).to_string()
    }

    /// The claims, as they will be written.
    #[must_use]
    pub fn claims_json(&self) -> String {
        Value::from(self.claims.clone()).to_string()
    }

    /// The compact serialization.
    #[must_use]
    pub fn token(&self) -> String {
        let (header, claims) = (self.header_json(), self.claims_json());
        if self.signed {
            sign(self.key, &header, &claims)
        } else {
            format!("{}.", content(&header, &claims))
        }
    }
}

/// What is signed.
fn content(header: &str, claims: &str) -> String {
    let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}", part(header), part(claims))
}

/// What is signed, and its signature.
pub(crate) fn sign(key: &SigningKey, header: &str, claims: &str) -> String {
    let content = content(header, claims);
    let signature: Signature = key.sign(content.as_bytes());
    let signature = BASE64_URL_SAFE_NO_PAD.encode(signature.to_bytes());
    format!("{content}.{signature}")
}

fn set(members: &mut Map<String, Value>, name: &str, value: Value) {
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
}
