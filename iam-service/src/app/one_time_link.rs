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
        let (link, expires_at) = self.new_link(now);
        tx.put_link(user, link, expires_at).await?;
        Ok((link, expires_at))
    }

    /// Lets a user's link work as long as a new one would, or makes one.
    async fn renew_link(
        &self,
        tx: &mut Tx,
        user: UserId,
        now: Timestamp,
    ) -> Result<(LinkId, Timestamp), Failure> {
        let (new, expires_at) = self.new_link(now);
        let link = tx.renew_link(user, new, expires_at, now).await?;
        Ok((link, expires_at))
    }

    fn new_link(&self, now: Timestamp) -> (LinkId, Timestamp) {
        let link = LinkId::generate(now, &mut self.randomness.rng());
        let expires_at = now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX);
        (link, expires_at)
    }

    /// Queues a mail that brings a one-time link: the one that works, if another employer's mail brought one already, and
    /// a new one to who has forgotten a password.
    pub(super) async fn queue_link(
        &self,
        tx: &mut Tx,
        user: &User,
        kind: MailKind,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let (link, expires_at) = match kind {
            MailKind::Welcome => self.renew_link(tx, user.id, now).await?,
            MailKind::Forgotten => self.make_link(tx, user.id, now).await?,
        };
        let mail = Mail {
            id: DeliveryId::generate(now, &mut self.randomness.rng()),
            recipient: user.email.clone(),
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
