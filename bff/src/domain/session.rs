//! A browser session: one sign-in of one person in one browser.

use std::{collections::BTreeSet, fmt, str::FromStr};

use jiff::Timestamp;
use outbox::ConsistencyToken;
use rand::Rng;
use secrecy::SecretString;
use uuid::Uuid;

/// Which session. Not a secret by itself: what a browser presents is a sealed [`super::Ticket`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub Uuid);

impl SessionId {
    /// A new id.
    #[must_use]
    pub fn generate(now: Timestamp, rng: &mut impl Rng) -> Self {
        let mut random = [0; 10];
        rng.fill_bytes(&mut random);
        let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or_default();
        Self(uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid())
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for SessionId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// Who signed in, as the provider's ID token said: for showing, and for choosing the events that
/// concern this person. What they may do, the services decide from the access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The subject at the provider.
    pub subject: String,
    /// The provider's session, when it names one: what a back-channel logout ends.
    pub provider_session: Option<String>,
    /// The user's id in this product; at a provider that has no such claim, the subject.
    pub user_id: String,
    /// For people to read.
    pub name: String,
    /// For people to read, when the provider tells.
    pub email: Option<String>,
    /// Application roles, when the provider tells.
    pub roles: BTreeSet<String>,
}

/// What the services are shown: an access token, until it expires.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The token. It goes into `Authorization` and nowhere else.
    pub access_token: SecretString,
    /// When the services stop to accept it.
    pub expires_at: Timestamp,
    /// How many refreshes came before it.
    pub generation: i64,
}

/// A live session as one request sees it.
#[derive(Clone, Debug)]
pub struct Session {
    /// Which one.
    pub id: SessionId,
    /// Whose.
    pub identity: Identity,
    /// The newest access token.
    pub credential: Credential,
    /// The freshness that this session has already seen.
    pub consistency: ConsistencyToken,
    /// When the session ends, whatever happens.
    pub expires_at: Timestamp,
}
