//! Revocation (RFC 7009).

use super::tokens::ACCESS_TOKEN;
use super::{App, Failure};
use crate::domain::client::Client;
use crate::domain::ticket::Purpose;
use crate::domain::token_family::RefreshToken;

impl App {
    /// Revokes the family of a refresh or access token that was issued to `client`. Any other token is left alone, and
    /// the client is not told.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn revoke(&self, client: &Client, token: &str) -> Result<(), Failure> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let refresh = self
            .secrets
            .open(Purpose::Refresh, token)
            .as_deref()
            .and_then(RefreshToken::from_bytes);
        let family = match refresh {
            Some(token) => Some(token.family),
            None => self
                .own_claims(&mut tx, token, ACCESS_TOKEN)
                .await?
                .and_then(|claims| claims.family()),
        };
        let Some(family) = family else { return Ok(()) };
        if tx
            .lock_live_family(family, now)
            .await?
            .is_some_and(|family| family.client_id == client.id)
        {
            tx.revoke_family(family, now).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
