//! Users, as others ask for them.

use access::UserId;

use super::tokens::ACCESS_TOKEN;
use super::{App, Failure};
use crate::domain::user::{Email, User};
use crate::store::UserPage;

impl App {
    /// The user of this id.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn user(&self, id: UserId) -> Result<Option<User>, Failure> {
        Ok(self.store.begin().await?.user(id).await?)
    }

    /// The user of this access token, if its session is live and its family not revoked.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn user_of_token(&self, token: &str) -> Result<Option<User>, Failure> {
        let mut tx = self.store.begin().await?;
        let claims = self.own_claims(&mut tx, token, ACCESS_TOKEN).await?;
        let Some(family) = claims.and_then(|claims| claims.family()) else {
            return Ok(None);
        };
        Ok(tx.user_of_family(family, self.now()).await?)
    }

    /// Whether a user is an administrator now, whatever a token says that was issued a moment ago.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn is_administrator(&self, user: UserId) -> Result<bool, Failure> {
        Ok(self.store.begin().await?.is_administrator(user).await?)
    }

    /// A page of all users, in the order of their addresses.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn users(&self, after: Option<&Email>, limit: usize) -> Result<UserPage, Failure> {
        Ok(self.store.begin().await?.users(after, limit).await?)
    }
}
