//! An administrator removes a user.

use access::UserId;
use outbox::Position;

use super::{App, UserError};
use crate::domain::user::{Guarded, guard};
use crate::events;

impl App {
    /// Removes a user, and ends their sessions everywhere. Their employments stay with who employs them.
    ///
    /// # Errors
    ///
    /// When a guard forbids it, or the user is not of the expected version.
    pub async fn remove_user(
        &self,
        actor: UserId,
        target: UserId,
        expected: Option<i64>,
    ) -> Result<Position, UserError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let administrators = tx.lock_administrators().await?;
        if !administrators.contains(&actor) {
            return Err(Guarded::NotAnAdministrator.into());
        }
        // Nobody signs in as the user from here on.
        let user = tx.lock_user(target).await?.ok_or(UserError::Unknown)?;
        guard(actor, target, &administrators)?;
        if expected.is_some_and(|version| version != user.version) {
            return Err(UserError::Outdated);
        }
        self.close_sessions_of(&mut tx, target, now).await?;
        tx.delete_user(target).await?;
        let removed = events::publish::user_removed(&user);
        let position = tx.publish(now, vec![removed]).await?;
        self.wake.all();
        Ok(position)
    }
}
