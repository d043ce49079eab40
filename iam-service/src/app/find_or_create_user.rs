//! The user of an address, created when there is none: what hiring needs.
//!
//! Whoever hires makes us write to an address of their choice. So how often they do is limited, for them and for the
//! address, and nothing that they wrote is in the mail: docs/adr/0024.

use access::UserId;
use outbox::{Message, Position};

use super::throttle::{Refused, count};
use super::{App, Failure};
use crate::domain::throttle::Subject;
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
    /// Finds the user of this address, or creates one, for `hirer`. Who has no password yet is sent a one-time link, each
    /// time, unless too much was sent; who has one is sent nothing. The caller sees no difference. What they are called
    /// is theirs to say, when they follow the link.
    ///
    /// # Errors
    ///
    /// When the database does not answer, or too many are hired at once.
    pub async fn find_or_create_user(
        &self,
        email: &Email,
        hirer: UserId,
    ) -> Result<FoundOrCreated, Failure> {
        let limits = [Subject::mail_of(hirer), Subject::mail(email.as_str())];
        let _turns = self.turns(&limits).await.map_err(|_| Failure::Crowded)?;
        let now = self.now();
        let mut tx = self.store.begin().await?;
        // Before the user, in the order in which all mail is queued: no two wait for each other.
        let mail = match count(&mut tx, &limits, now).await {
            Ok(counted) => Some(counted),
            Err(Refused::Blocked(_)) => None,
            Err(Refused::Failure(failure)) => return Err(failure),
        };
        let id = UserId::generate(&mut self.randomness.rng());
        let created = tx.insert_user(id, email, &Name::of(email), now).await?;
        // The address is taken by now, by us or by somebody else.
        let user = tx
            .lock_user_by_email(email)
            .await?
            .ok_or_else(|| anyhow::anyhow!("a user vanished"))?;
        match mail {
            Some(counted) if user.has_password => {
                for mail in counted {
                    mail.undo(&mut tx).await?;
                }
            }
            Some(_) => {
                self.queue_link(&mut tx, &user, MailKind::Welcome, now)
                    .await?;
            }
            None => tracing::warn!(%hirer, user = %user.id, "too much mail: none is sent"),
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
