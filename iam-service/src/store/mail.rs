//! Mail that waits to be sent. What is stored names the one-time link, it does not hold it.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use uuid::Uuid;

use super::{Result, Tx, corrupt};
use crate::domain::id::{DeliveryId, LinkId};
use crate::domain::user::Email;

/// Why a mail is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailKind {
    /// Somebody got an account and has to choose a password.
    Welcome,
    /// Somebody forgot their password.
    Forgotten,
}

impl MailKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Welcome => "WELCOME",
            Self::Forgotten => "FORGOTTEN",
        }
    }
}

/// A mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Which one.
    pub id: DeliveryId,
    /// Where to.
    pub recipient: Email,
    /// Why.
    pub kind: MailKind,
    /// The link in it.
    pub link: LinkId,
    /// When the link stops being good.
    pub expires_at: Timestamp,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// How often sending it failed.
    pub attempts: u32,
}

struct Row {
    id: Uuid,
    recipient: String,
    kind: String,
    link_id: Uuid,
    expires_at: jiff_sqlx::Timestamp,
    queued_at: jiff_sqlx::Timestamp,
    attempts: i32,
}

impl TryFrom<Row> for Mail {
    type Error = super::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            recipient: row.recipient.parse().map_err(corrupt)?,
            kind: if row.kind == MailKind::Welcome.as_str() {
                MailKind::Welcome
            } else {
                MailKind::Forgotten
            },
            link: row.link_id.into(),
            expires_at: row.expires_at.to_jiff(),
            queued_at: row.queued_at.to_jiff(),
            attempts: u32::try_from(row.attempts).unwrap_or(0),
        })
    }
}

impl Tx {
    /// Queues a mail.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn queue_mail(&mut self, mail: &Mail) -> Result<()> {
        sqlx::query!(
            "insert into mail (id, recipient, kind, link_id, queued_at, expires_at, next_attempt_at)
             values ($1, $2, $3, $4, $5, $6, $5)",
            mail.id.as_uuid(),
            mail.recipient.as_str(),
            mail.kind.as_str(),
            mail.link.as_uuid(),
            mail.queued_at.to_sqlx() as _,
            mail.expires_at.to_sqlx() as _,
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Takes a mail that is due, and puts its next attempt off until `retry_at`, so that no other worker takes it too.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn take_mail(&mut self, now: Timestamp, retry_at: Timestamp) -> Result<Option<Mail>> {
        let row = sqlx::query_as!(
            Row,
            "update mail set attempts = attempts + 1, next_attempt_at = $2
             where id = (select id from mail where sent_at is null and next_attempt_at <= $1 and expires_at > $1
                         order by next_attempt_at limit 1 for update skip locked)
             returning id, recipient, kind, link_id, expires_at, queued_at, attempts",
            now.to_sqlx() as _,
            retry_at.to_sqlx() as _,
        );
        row.fetch_optional(self.db())
            .await?
            .map(Mail::try_from)
            .transpose()
    }

    /// When to try a mail again.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn postpone_mail(&mut self, id: DeliveryId, until: Timestamp) -> Result<()> {
        sqlx::query!(
            "update mail set next_attempt_at = $2 where id = $1",
            id.as_uuid(),
            until.to_sqlx() as _
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Notes that a mail was sent.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn mail_sent(&mut self, id: DeliveryId, now: Timestamp) -> Result<()> {
        sqlx::query!(
            "update mail set sent_at = $2 where id = $1",
            id.as_uuid(),
            now.to_sqlx() as _
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// All mail whose link is not expired, newest first: what the demo's mailbox shows.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn mailbox(&mut self, now: Timestamp) -> Result<Vec<Mail>> {
        let rows = sqlx::query_as!(
            Row,
            "select id, recipient, kind, link_id, expires_at, queued_at, attempts
             from mail where expires_at > $1 order by number desc limit 200",
            now.to_sqlx() as _,
        );
        rows.fetch_all(self.db())
            .await?
            .into_iter()
            .map(Mail::try_from)
            .collect()
    }
}
