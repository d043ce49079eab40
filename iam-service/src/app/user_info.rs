//! Users, as others ask for them.

use access::UserId;

use super::{App, Failure};
use crate::domain::id::SessionId;
use crate::domain::session::Session;
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

    /// The user, if the session that they ask in is live.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn user_in_session(
        &self,
        user: UserId,
        session: SessionId,
    ) -> Result<Option<User>, Failure> {
        let mut tx = self.store.begin().await?;
        let live = tx.live_session(session, self.now()).await?;
        match live.filter(|session: &Session| session.user == user) {
            Some(_) => Ok(tx.user(user).await?),
            None => Ok(None),
        }
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
