//! A person signs out.

use url::Url;

use super::Sessions;
use crate::{
    domain::Ticket,
    store::{Ended, EndedBy, StoreError},
};

impl Sessions {
    /// Ends the session that a cookie stands for, if it is live, and says where the browser goes to
    /// sign out at the provider too.
    ///
    /// # Errors
    ///
    /// When the database fails: the session may be live.
    pub async fn sign_out(&self, cookie: Option<&str>) -> Result<Url, StoreError> {
        let name = self.0.public_url.session_cookie();
        let ticket = cookie.and_then(|value| Ticket::open(&self.0.ring, name, value).ok());
        let ended = match ticket {
            Some(ticket) => {
                let now = self.0.clock.now();
                self.0
                    .store
                    .end(ticket.session, None, EndedBy::SignOut, now)
                    .await?
            }
            None => None,
        };
        let provider_session = ended
            .as_ref()
            .and_then(|ended| ended.provider_session.clone());
        self.revoke(ended);
        let url = self
            .0
            .provider
            .end_session_url(provider_session.as_deref())
            .await;
        Ok(url
            .ok()
            .flatten()
            .unwrap_or_else(|| self.0.public_url.at("/")))
    }

    /// The session is over here in any case, so nobody waits for the provider to hear of it.
    fn revoke(&self, ended: Option<Ended>) {
        let Some(token) = ended.and_then(|ended| ended.refresh_token) else {
            return;
        };
        let sessions = self.clone();
        self.0.tasks.spawn(async move {
            if let Err(failure) = sessions.0.provider.revoke(&token).await {
                tracing::warn!(%failure, "a refresh token was not revoked");
            }
        });
    }
}
