//! A browser comes back from the provider.

use super::{NoSession, Sessions};
use crate::{
    domain::{PendingLogin, ReturnPath, SessionId, Ticket},
    provider::{Callback, Failure, Granted},
    store::{EndedBy, NewSession},
};

/// What the browser brings back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Which login this answers.
    pub state: String,
    /// The code and who says so; or what went wrong, in the provider's word.
    pub outcome: Result<Callback, String>,
}

/// A completed login.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session cookie's value.
    pub ticket: String,
    /// The login cookie's value, where other tabs are still under way.
    pub login_cookie: Option<String>,
    /// Where the browser wanted to go.
    pub return_to: ReturnPath,
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum LoginFailure {
    /// This browser has no such login under way: forged, from another browser, too old or done.
    #[error("no login of this browser is under way with this state")]
    Unknown,
    /// The provider, or a check of what it sent, says no.
    #[error("refused: {0}")]
    Refused(String),
    /// There is no telling.
    #[error(transparent)]
    Untold(#[from] NoSession),
}

impl Sessions {
    /// Completes the login that an answer belongs to. A session that this browser still had ends.
    ///
    /// # Errors
    ///
    /// When nobody is signed in by it.
    pub async fn complete_login(
        &self,
        answer: Answer,
        login_cookie: Option<&str>,
        session_cookie: Option<&str>,
    ) -> Result<SignedIn, LoginFailure> {
        let mut logins = self.pending(login_cookie);
        let login = logins.take(&answer.state).ok_or(LoginFailure::Unknown)?;
        let callback = answer.outcome.map_err(LoginFailure::Refused)?;
        let ticket = self.begin_session(&login, callback).await?;
        if let Some(value) = session_cookie {
            self.end_former(value).await?;
        }
        let (keys, name) = (&self.0.ring, self.0.public_url.login_cookie());
        let mut rng = (self.0.entropy)();
        let others = (!logins.is_empty()).then(|| logins.seal(keys, name, &mut rng));
        let ticket = ticket.seal(keys, self.0.public_url.session_cookie(), &mut rng);
        Ok(SignedIn {
            ticket,
            login_cookie: others,
            return_to: login.return_to,
        })
    }

    async fn begin_session(
        &self,
        login: &PendingLogin,
        callback: Callback,
    ) -> Result<Ticket, LoginFailure> {
        let Granted {
            identity,
            credential,
            refresh_token,
        } = self.0.provider.complete(login, callback).await?;
        let identity =
            identity.ok_or_else(|| LoginFailure::Refused("nobody is named".to_owned()))?;
        let mut rng = (self.0.entropy)();
        let now = self.0.clock.now();
        let id = SessionId::generate(now, &mut rng);
        let ticket = Ticket::new(id, &credential, now);
        let session = NewSession {
            id,
            identity,
            credential,
            refresh_token,
            expires_at: now + self.0.lifetime,
        };
        let store = &self.0.store;
        let begun = store.begin(&session, login.begun_at, &mut rng).await;
        if !begun.map_err(NoSession::from)? {
            return Err(LoginFailure::Refused(
                "signed out at the provider meanwhile".to_owned(),
            ));
        }
        tracing::info!(session = %id, user = session.identity.user_id, "signed in");
        Ok(ticket)
    }

    async fn end_former(&self, cookie: &str) -> Result<(), NoSession> {
        let Ok(former) = Ticket::open(&self.0.ring, self.0.public_url.session_cookie(), cookie)
        else {
            return Ok(());
        };
        self.0
            .store
            .end(former.session, None, EndedBy::SignOut, self.0.clock.now())
            .await?;
        Ok(())
    }
}

impl From<Failure> for LoginFailure {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(why) => Self::Refused(why),
            Failure::Unavailable(why) => NoSession::Unavailable(why).into(),
        }
    }
}
