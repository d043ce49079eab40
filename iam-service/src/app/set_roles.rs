//! An administrator changes somebody's application roles.

use std::collections::BTreeSet;

use access::UserId;
use outbox::Position;

use super::find_or_create_user::changed;
use super::{App, Failure};
use crate::domain::user::{ApplicationRole, Guarded, User, guard};

/// Why a user stays as they are, with the roles that they have.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// A guard forbids it.
    #[error(transparent)]
    Guarded(#[from] Guarded),
    /// There is no such user.
    #[error("there is no such user")]
    Unknown,
    /// The user has changed since the caller read it.
    #[error("the user has changed meanwhile")]
    Outdated,
    /// Something else does not work.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<crate::store::Error> for UserError {
    fn from(error: crate::store::Error) -> Self {
        Self::Failure(error.into())
    }
}

impl App {
    /// Replaces a user's application roles. They are in the user's next token.
    ///
    /// # Errors
    ///
    /// When a guard forbids it, or the user is not of the expected version.
    pub async fn set_roles(
        &self,
        actor: UserId,
        target: UserId,
        roles: &BTreeSet<ApplicationRole>,
        expected: Option<i64>,
    ) -> Result<(User, Position), UserError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        // Under this lock no two administrators decide at once.
        let administrators = tx.lock_administrators().await?;
        if !administrators.contains(&actor) {
            return Err(Guarded::NotAnAdministrator.into());
        }
        let before = tx.lock_user(target).await?.ok_or(UserError::Unknown)?;
        guard(actor, target, &administrators)?;
        if expected.is_some_and(|version| version != before.version) {
            return Err(UserError::Outdated);
        }
        if before.roles == *roles {
            let position = tx.publish(now, vec![]).await?;
            return Ok((before, position));
        }
        let version = tx.set_roles(target, roles).await?;
        let user = User {
            roles: roles.clone(),
            version,
            ..before
        };
        let position = tx.publish(now, vec![changed(&user)?]).await?;
        Ok((user, position))
    }
}
