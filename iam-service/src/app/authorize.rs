//! Answering an authorization request with a code.

use jiff::Timestamp;

use super::{App, Failure};
use crate::domain::authorization::{AuthorizationRequest, CODE_LIFETIME};
use crate::domain::id::{CodeId, SessionId};
use crate::domain::session::Session;
use crate::domain::ticket::Purpose;
use crate::store::Tx;

/// A code on its way to the client.
#[derive(Debug)]
pub struct IssuedCode {
    /// The code.
    pub code: String,
    /// The request that it answers.
    pub request: AuthorizationRequest,
}

impl App {
    /// The live session of a browser, by its cookie.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn session(&self, cookie: &str) -> Result<Option<Session>, Failure> {
        let Some(id) = self.secrets.open_id(Purpose::Session, cookie) else {
            return Ok(None);
        };
        Ok(self
            .store
            .begin()
            .await?
            .live_session(id.into(), self.now())
            .await?)
    }

    /// The content of a session's cookie.
    #[must_use]
    pub fn session_cookie(&self, session: &Session) -> String {
        self.secrets
            .ticket_for(Purpose::Session, session.id.as_uuid())
    }

    /// The session that a cookie names, live or not.
    #[must_use]
    pub fn session_id(&self, cookie: &str) -> Option<SessionId> {
        self.secrets
            .open_id(Purpose::Session, cookie)
            .map(SessionId::from)
    }

    /// Answers a request by a session that satisfies it; gives the request back when that has just ended.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn authorize(
        &self,
        session: &Session,
        request: AuthorizationRequest,
    ) -> Result<Result<IssuedCode, AuthorizationRequest>, Failure> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let Some(session) = tx.live_session(session.id, now).await? else {
            return Ok(Err(request));
        };
        let issued = self.issue_code(&mut tx, &session, request, now).await?;
        tx.commit().await?;
        Ok(Ok(issued))
    }

    pub(super) async fn issue_code(
        &self,
        tx: &mut Tx,
        session: &Session,
        request: AuthorizationRequest,
        now: Timestamp,
    ) -> Result<IssuedCode, Failure> {
        let id = CodeId::generate(now, &mut self.randomness.rng());
        let expires_at = now.saturating_add(CODE_LIFETIME).unwrap_or(now);
        tx.insert_code(id, session.id, &request, expires_at).await?;
        Ok(IssuedCode {
            code: self.secrets.ticket_for(Purpose::Code, id.as_uuid()),
            request,
        })
    }
}
