//! One-time links: who follows one chooses a password.

use access::UserId;
use jiff::{SignedDuration, Timestamp};

use super::{App, Failure};
use crate::domain::id::{DeliveryId, LinkId};
use crate::domain::ticket::Purpose;
use crate::domain::user::User;
use crate::store::{Mail, MailKind, Tx};

/// How long a one-time link works.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

impl App {
    /// Makes a one-time link for a user; says until when it works.
    pub(super) async fn make_link(
        &self,
        tx: &mut Tx,
        user: UserId,
        now: Timestamp,
    ) -> Result<(LinkId, Timestamp), Failure> {
        let link = LinkId::generate(now, &mut self.randomness.rng());
        let expires_at = now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX);
        tx.put_link(user, link, expires_at).await?;
        Ok((link, expires_at))
    }

    /// Makes a one-time link and queues the mail that brings it.
    pub(super) async fn queue_link(
        &self,
        tx: &mut Tx,
        user: &User,
        kind: MailKind,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let (link, expires_at) = self.make_link(tx, user.id, now).await?;
        let mail = Mail {
            id: DeliveryId::generate(now, &mut self.randomness.rng()),
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

    /// The address of a one-time link.
    #[must_use]
    pub fn link_address(&self, link: LinkId) -> String {
        self.address(&format!(
            "/one-time-links/{}",
            self.secrets.ticket_for(Purpose::Link, link.as_uuid())
        ))
    }
}
