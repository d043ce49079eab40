//! The provider says that somebody is signed out, everywhere at once.

use super::Sessions;
use crate::{
    provider::{LoggedOut, NotALogoutToken},
    store::StoreError,
};

/// Why nobody was signed out.
#[derive(Debug, thiserror::Error)]
pub enum NotLoggedOut {
    /// The word is not the provider's.
    #[error(transparent)]
    Token(#[from] NotALogoutToken),
    /// It is, but could not be carried out.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Sessions {
    /// Ends the sessions that a logout token is about, in all replicas.
    ///
    /// # Errors
    ///
    /// When the token is not valid, or nothing could be ended.
    pub async fn provider_logout(&self, token: &str) -> Result<u64, NotLoggedOut> {
        let now = self.0.clock.now();
        let ended = match self.0.provider.logged_out(token).await? {
            LoggedOut::Session(session) => self.0.store.end_provider_session(&session, now).await?,
            LoggedOut::Subject(subject, at) => self.0.store.end_subject(&subject, at, now).await?,
        };
        tracing::info!(ended, "signed out by the provider");
        Ok(ended)
    }
}
