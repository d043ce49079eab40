//! The very first administrator.

use std::collections::BTreeSet;

use access::UserId;

use super::find_or_create_user::changed;
use super::{App, Failure};
use crate::domain::user::{ApplicationRole, Email, Name};

/// Why there is no first administrator.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// There is one, and it is somebody else, or they have a password.
    #[error("there is an administrator already, who can invite others")]
    NotTheFirst,
    /// Something else does not work.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<crate::store::Error> for BootstrapError {
    fn from(error: crate::store::Error) -> Self {
        Self::Failure(error.into())
    }
}

impl App {
    /// Creates the first administrator and returns their one-time link. Can be repeated until the link was used.
    ///
    /// # Errors
    ///
    /// When there is an administrator already.
    pub async fn bootstrap(&self, email: &Email, name: &Name) -> Result<String, BootstrapError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let administrators = tx.lock_administrators().await?;
        let id = UserId::generate(&mut self.randomness.rng());
        tx.insert_user(id, email, name, now).await?;
        let user = tx.lock_user_by_email(email).await?;
        let mut user = user.ok_or_else(|| Failure::Internal(anyhow::anyhow!("a user vanished")))?;
        if user.has_password
            || administrators
                .iter()
                .any(|administrator| *administrator != user.id)
        {
            return Err(BootstrapError::NotTheFirst);
        }
        user.roles = BTreeSet::from([ApplicationRole::Administrator]);
        user.version = tx.set_roles(user.id, &user.roles).await?;
        let (link, _) = self.make_link(&mut tx, user.id, now).await?;
        tx.publish(now, vec![changed(&user)?]).await?;
        Ok(self.link_address(link))
    }
}
