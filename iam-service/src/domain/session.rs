//! A session: somebody signed in, in one browser, for a working day at most.

use access::UserId;
use jiff::{SignedDuration, Timestamp};

use super::id::SessionId;

/// The longest that a sign-in lasts.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(12);

/// How strongly the user was authenticated: with one factor, a password. The claims `acr` and `amr`.
pub const ACR: &str = "aal1";
/// The methods behind [`ACR`] (RFC 8176).
pub const AMR: &[&str] = &["pwd"];

/// A live session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The claim `sid`.
    pub id: SessionId,
    /// Who signed in.
    pub user: UserId,
    /// When the password was given: the claim `auth_time`.
    pub authenticated_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

impl Session {
    /// A session that begins now.
    #[must_use]
    pub fn begin(id: SessionId, user: UserId, now: Timestamp) -> Self {
        let expires_at = now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX);
        Self {
            id,
            user,
            authenticated_at: now,
            expires_at,
        }
    }
}
