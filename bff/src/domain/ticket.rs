//! What the session cookie holds, sealed.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    Credential, KeyRing, NotOurs, Purpose, SessionId,
    wire::{Reader, Writer},
};

/// Browsers drop a cookie whose name and value pass 4096 bytes, silently.
const LARGEST: usize = 3_900;

/// Layout 1: version, session, generation, issued at, expires at, token (empty when left out).
const LAYOUT: u8 = 1;

/// A session's ticket: the session that it stands for, and the access token, so that a replica
/// needs no decryption of the record while the two agree.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// The session.
    pub session: SessionId,
    /// When this ticket was made.
    pub issued_at: Timestamp,
    /// The generation of the access token, held or not.
    pub generation: i64,
    /// When that token expires.
    pub expires_at: Timestamp,
    /// The token; `None` where the cookie would have become too large, and only the record has it.
    pub access_token: Option<SecretString>,
}

impl Ticket {
    /// A ticket for a session's newest credential.
    #[must_use]
    pub fn new(session: SessionId, credential: &Credential, now: Timestamp) -> Self {
        Self {
            session,
            issued_at: now,
            generation: credential.generation,
            expires_at: credential.expires_at,
            access_token: Some(credential.access_token.clone()),
        }
    }

    /// The cookie's value. A token too large for a cookie stays in the record.
    #[must_use]
    pub fn seal(&self, keys: &KeyRing, cookie: &str, rng: &mut impl rand::CryptoRng) -> String {
        let token = self.access_token.as_ref().map(ExposeSecret::expose_secret);
        let value = keys.seal(Purpose::Cookie(cookie), &self.layout(token), rng);
        if cookie.len() + value.len() <= LARGEST {
            return value;
        }
        keys.seal(Purpose::Cookie(cookie), &self.layout(None), rng)
    }

    /// Reads a cookie's value.
    ///
    /// # Errors
    ///
    /// When it is not one that we sealed under this cookie's name.
    pub fn open(keys: &KeyRing, cookie: &str, value: &str) -> Result<Self, NotOurs> {
        if cookie.len() + value.len() > LARGEST {
            return Err(NotOurs);
        }
        let plain = keys.open(Purpose::Cookie(cookie), value)?;
        Self::read(&plain).ok_or(NotOurs)
    }

    fn layout(&self, token: Option<&str>) -> Vec<u8> {
        Writer::default()
            .bytes(&[LAYOUT])
            .bytes(self.session.0.as_bytes())
            .number(self.generation)
            .number(self.issued_at.as_second())
            .number(self.expires_at.as_second())
            .text(token.unwrap_or_default())
            .0
    }

    fn read(plain: &[u8]) -> Option<Self> {
        let mut reader = Reader(plain);
        let [LAYOUT] = reader.array()? else {
            return None;
        };
        let ticket = Self {
            session: SessionId(Uuid::from_bytes(reader.array()?)),
            generation: reader.number()?,
            issued_at: Timestamp::from_second(reader.number()?).ok()?,
            expires_at: Timestamp::from_second(reader.number()?).ok()?,
            access_token: Some(reader.text()?)
                .filter(|t| !t.is_empty())
                .map(Into::into),
        };
        reader.finished().map(|()| ticket)
    }
}
