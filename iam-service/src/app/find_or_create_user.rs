//! The user of an address, created when there is none: what hiring needs.

use access::UserId;
use outbox::{Message, Position};

use super::{App, Failure};
use crate::domain::user::{Email, Name, User};
use crate::events;
use crate::store::MailKind;

/// A user, and whether they were there before.
#[derive(Debug)]
pub struct FoundOrCreated {
    /// The user.
    pub user: User,
    /// Whether they are new.
    pub created: bool,
    /// Where this is in the outbox.
    pub position: Position,
}

impl App {
    /// Finds the user of this address, or creates one. Who has no password yet is sent a one-time link, each time; who
    /// has one is sent nothing. The caller sees no difference.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn find_or_create_user(
        &self,
        email: &Email,
        name: &Name,
    ) -> Result<FoundOrCreated, Failure> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let id = UserId::generate(now, &mut self.randomness.rng());
        let created = tx.insert_user(id, email, name, now).await?;
        // The address is taken by now, by us or by somebody else.
        let user = tx
            .lock_user_by_email(email)
            .await?
            .ok_or_else(|| anyhow::anyhow!("a user vanished"))?;
        if !user.has_password {
            self.queue_link(&mut tx, &user, MailKind::Welcome, now)
                .await?;
        }
        let messages = if created {
            vec![changed(&user)?]
        } else {
            vec![]
        };
        let position = tx.publish(now, messages).await?;
        self.wake.all();
        Ok(FoundOrCreated {
            user,
            created,
            position,
        })
    }
}

pub(super) fn changed(user: &User) -> Result<Message, Failure> {
    events::publish::user_changed(user).map_err(|error| Failure::Internal(error.into()))
}
