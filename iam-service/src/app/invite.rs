//! An administrator invites somebody, roles included.

use std::collections::BTreeSet;

use access::UserId;
use idempotency::Mark;
use outbox::Position;
use serde::{Deserialize, Serialize};

use super::find_or_create_user::changed;
use super::{App, Failure};
use crate::domain::user::{ApplicationRole, Email, Name, User};
use crate::store::MailKind;

/// Why nobody is invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// Only a present administrator may.
    #[error("only an administrator may do this")]
    NotAnAdministrator,
    /// There is a user of this address.
    #[error("there is a user of this address")]
    Taken,
    /// The same request was sent before.
    #[error(transparent)]
    Repeated(#[from] idempotency::Error),
    /// Something else does not work.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<crate::store::Error> for InviteError {
    fn from(error: crate::store::Error) -> Self {
        Self::Failure(error.into())
    }
}

/// What came of an invitation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Invited {
    /// The new user.
    pub id: UserId,
    /// The user's version.
    pub version: i64,
    /// Where this is in the outbox.
    pub position: Position,
}

impl App {
    /// Creates a user with roles and sends a one-time link.
    ///
    /// # Errors
    ///
    /// When the address is taken, or `actor` is no administrator any more.
    pub async fn invite(
        &self,
        actor: UserId,
        (email, name): (&Email, &Name),
        roles: &BTreeSet<ApplicationRole>,
        mark: &mut Mark,
    ) -> Result<Invited, InviteError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        if !tx.lock_administrators().await?.contains(&actor) {
            return Err(InviteError::NotAnAdministrator);
        }
        let id = UserId::generate(&mut self.randomness.rng());
        if !tx.insert_user(id, email, name, now).await? {
            return Err(InviteError::Taken);
        }
        let version = tx.set_roles(id, roles).await?;
        let (email, name, roles) = (email.clone(), name.clone(), roles.clone());
        let user = User {
            id,
            email,
            name,
            roles,
            has_password: false,
            version,
        };
        self.queue_link(&mut tx, &user, MailKind::Welcome, now)
            .await?;
        let invited = |position| Invited {
            id,
            version,
            position,
        };
        let invited = tx
            .publish_once(now, vec![changed(&user)?], mark, invited)
            .await?;
        self.wake.all();
        Ok(invited)
    }
}
