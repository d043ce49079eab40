//! The user of an address, created when there is none: what hiring needs.

use access::UserId;
use jiff::{SignedDuration, Timestamp};
use outbox::{Message, Position};

use super::{App, Failure};
use crate::domain::id::{DeliveryId, LinkId};
use crate::domain::user::{Email, Name, User};
use crate::events;
use crate::store::{Mail, MailKind, Tx};

/// How long a one-time link works.
pub(super) const LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

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

    /// Makes a one-time link and queues the mail that brings it.
    pub(super) async fn queue_link(
        &self,
        tx: &mut Tx,
        user: &User,
        kind: MailKind,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let mut rng = self.randomness.rng();
        let link = LinkId::generate(now, &mut rng);
        let expires_at = now.saturating_add(LINK_LIFETIME).unwrap_or(Timestamp::MAX);
        tx.put_link(user.id, link, expires_at).await?;
        let mail = Mail {
            id: DeliveryId::generate(now, &mut rng),
            recipient: user.email.clone(),
            name: user.name.clone(),
            kind,
            link,
            expires_at,
            queued_at: now,
            attempts: 0,
        };
        Ok(tx.queue_mail(&mail).await?)
    }
}

pub(super) fn changed(user: &User) -> Result<Message, Failure> {
    events::publish::user_changed(user).map_err(|error| Failure::Internal(error.into()))
}
