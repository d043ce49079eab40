//! Signing out, everywhere at once.

use jiff::Timestamp;

use super::{App, Failure};
use crate::domain::id::{DeliveryId, SessionId};
use crate::domain::session::Session;
use crate::store::{Logout, Tx};

/// What an ID token that comes with a request to sign out says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutHint {
    /// The client that it was issued to.
    pub client_id: String,
    /// The session that it was issued in.
    pub session: SessionId,
}

impl App {
    /// What an ID token of ours says about a session, even if it has expired.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn logout_hint(&self, id_token: &str) -> Result<Option<LogoutHint>, Failure> {
        let mut tx = self.store.begin().await?;
        let claims = self.own_claims(&mut tx, id_token, "JWT").await?;
        Ok(claims.and_then(|claims| {
            let client_id = claims.aud.as_str()?.to_owned();
            Some(LogoutHint {
                client_id,
                session: claims.sid?.into(),
            })
        }))
    }

    /// Ends a session: its tokens, and those of every client that was given some.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn end_session(&self, id: SessionId) -> Result<(), Failure> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        self.close_session(&mut tx, id, now).await?;
        tx.commit().await?;
        self.wake.all();
        Ok(())
    }

    /// Ends a session, if it is live, within a larger change.
    pub(super) async fn close_session(
        &self,
        tx: &mut Tx,
        id: SessionId,
        now: Timestamp,
    ) -> Result<(), Failure> {
        if let Some(session) = tx.end_session(id, now).await? {
            self.announce_end(tx, &session, now).await?;
        }
        Ok(())
    }

    /// Ends all sessions of a user within a larger change.
    pub(super) async fn close_sessions_of(
        &self,
        tx: &mut Tx,
        user: access::UserId,
        now: Timestamp,
    ) -> Result<(), Failure> {
        for session in tx.end_sessions_of(user, now).await? {
            self.announce_end(tx, &session, now).await?;
        }
        Ok(())
    }

    /// Queues the news for every client that was given tokens and wants to know.
    async fn announce_end(
        &self,
        tx: &mut Tx,
        session: &Session,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let mut rng = self.randomness.rng();
        for client_id in tx.clients_of(session.id).await? {
            let listens = self
                .clients
                .get(&client_id)
                .is_some_and(|client| client.backchannel_logout_uri.is_some());
            if listens {
                let id = DeliveryId::generate(now, &mut rng);
                let logout = Logout {
                    id,
                    client_id,
                    session: session.id,
                    user: session.user,
                    attempts: 0,
                };
                tx.queue_logout(&logout, now, session.expires_at).await?;
            }
        }
        Ok(())
    }
}
