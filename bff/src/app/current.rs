//! Whose request is this?

use jiff::SignedDuration;

use super::Sessions;
use crate::{
    domain::{Credential, Session, SessionId, Ticket},
    store::{Record, StoreError},
};

/// A token is renewed when it has this long to live: a request that leaves now must not arrive too late.
const MARGIN: SignedDuration = SignedDuration::from_secs(10);

/// The session of a request.
#[derive(Clone, Debug)]
pub struct Current {
    /// The session.
    pub session: Session,
    /// The cookie's new value, where the browser's holds an older token.
    pub ticket: Option<String>,
}

/// Why there is none.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NoSession {
    /// The cookie stands for no live session: whoever has it is signed out.
    #[error("signed out")]
    SignedOut,
    /// It cannot be told now, or the token cannot be renewed now. The session stays.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// The database understood us and did not do it: our mistake.
    #[error("failed: {0}")]
    Failed(String),
}

impl From<StoreError> for NoSession {
    fn from(error: StoreError) -> Self {
        if error.is_outage() {
            Self::Unavailable(error.to_string())
        } else {
            Self::Failed(error.to_string())
        }
    }
}

impl Sessions {
    /// The live session that a cookie stands for, with an access token that is good for a while.
    /// Any ticket of it is good, also one from before a refresh: the record has the newer token.
    ///
    /// # Errors
    ///
    /// When there is none, or nobody can tell.
    pub async fn current(&self, cookie: &str) -> Result<Current, NoSession> {
        let name = self.0.public_url.session_cookie();
        let ticket = Ticket::open(&self.0.ring, name, cookie).map_err(|_| NoSession::SignedOut)?;
        let now = self.0.clock.now();
        if now.duration_since(ticket.issued_at) > self.0.lifetime {
            return Err(NoSession::SignedOut);
        }
        let (id, has) = (ticket.session, ticket.generation);
        let holds = ticket.access_token.as_ref().map(|_| has);
        let record = self
            .0
            .store
            .read(id, holds, now)
            .await?
            .ok_or(NoSession::SignedOut)?;
        let session = assemble(id, record, ticket.access_token).ok_or(NoSession::SignedOut)?;
        let session = self.lasting(session).await?;
        let ticket = (session.credential.generation != has).then(|| self.ticket(&session));
        Ok(Current { session, ticket })
    }

    /// Whether a session cookie is one that we made, for a session that lives or has ended.
    #[must_use]
    pub fn has_issued(&self, cookie: Option<&str>) -> bool {
        let name = self.0.public_url.session_cookie();
        cookie.is_some_and(|value| Ticket::open(&self.0.ring, name, value).is_ok())
    }

    async fn lasting(&self, session: Session) -> Result<Session, NoSession> {
        let now = self.0.clock.now();
        let remaining = session.credential.expires_at.duration_since(now);
        if remaining > MARGIN {
            return Ok(session);
        }
        match self
            .refreshed(session.id, session.credential.generation)
            .await
        {
            Err(NoSession::Unavailable(why)) if remaining.is_positive() => {
                tracing::debug!(why, "not refreshed; the token is still good");
                Ok(session)
            }
            refreshed => refreshed,
        }
    }

    fn ticket(&self, session: &Session) -> String {
        let ticket = Ticket::new(session.id, &session.credential, self.0.clock.now());
        let name = self.0.public_url.session_cookie();
        ticket.seal(&self.0.ring, name, &mut (self.0.entropy)())
    }

    /// The session as its record has it now.
    pub(super) async fn recorded(&self, id: SessionId) -> Result<Session, NoSession> {
        let record = self
            .0
            .store
            .read(id, None, self.0.clock.now())
            .await?
            .ok_or(NoSession::SignedOut)?;
        assemble(id, record, None).ok_or(NoSession::SignedOut)
    }
}

/// The record's token is the newer one, where it was read at all.
fn assemble(id: SessionId, record: Record, held: Option<secrecy::SecretString>) -> Option<Session> {
    let credential = Credential {
        access_token: record.access_token.or(held)?,
        expires_at: record.access_expires_at,
        generation: record.generation,
    };
    Some(Session {
        id,
        identity: record.identity,
        credential,
        consistency: record.consistency,
        expires_at: record.expires_at,
    })
}
