//! Sends queued mail.

use std::sync::Arc;
use std::time::Duration;

use chassis::program::steps_when_woken;
use jiff::SignedDuration;
use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use outbox::Progress;
use tokio_util::sync::CancellationToken;

use super::{App, Failure};
use crate::store::{Mail, MailKind};

/// How long a courier rests that was not woken.
pub(super) const PAUSE: Duration = Duration::from_secs(2);
/// How long one attempt may take before another worker tries.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// The worker that sends mail by SMTP.
#[derive(Debug)]
pub struct MailCourier {
    /// What to work on.
    pub app: Arc<App>,
    /// The mail server.
    pub transport: AsyncSmtpTransport<Tokio1Executor>,
    /// Who the mail is from.
    pub from: Mailbox,
}

impl MailCourier {
    /// Works until told to stop.
    pub async fn run(self, shutdown: CancellationToken) {
        let step = || async { self.step().await.map(Progress::worked) };
        steps_when_woken("mail", &self.app.wake, PAUSE, shutdown, step).await;
    }

    /// Sends one mail that is due. Twice, if it dies in between: a link in two mails is one link.
    ///
    /// # Errors
    ///
    /// When the database does not answer. What cannot be delivered is no error: it is tried again.
    pub async fn step(&self) -> Result<Progress, Failure> {
        let now = self.app.now();
        let mut tx = self.app.store.begin().await?;
        let Some(mail) = tx.take_mail(now, now + LEASE).await? else {
            return Ok(Progress::Idle);
        };
        tx.commit().await?;
        let sent = match self.message(&mail) {
            Ok(message) => self
                .transport
                .send(message)
                .await
                .map(drop)
                .map_err(anyhow::Error::from),
            Err(error) => Err(error),
        };
        let mut tx = self.app.store.begin().await?;
        match sent {
            Ok(()) => tx.mail_sent(mail.id, self.app.now()).await?,
            Err(error) => {
                tracing::warn!(mail = %mail.id, attempts = mail.attempts, error = format!("{error:#}"), "not sent");
                tx.postpone_mail(mail.id, now + backoff(mail.attempts))
                    .await?;
            }
        }
        tx.commit().await?;
        Ok(Progress::Worked(1))
    }
}

impl MailCourier {
    fn message(&self, mail: &Mail) -> anyhow::Result<Message> {
        let (subject, body) = letter(&self.app, mail);
        let to = Mailbox::new(None, mail.recipient.as_str().parse()?);
        Ok(Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .body(body)?)
    }
}

impl App {
    /// All mail whose link has not expired, newest first: what a demonstration shows.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn mailbox(&self) -> Result<Vec<Mail>, Failure> {
        Ok(self.store.begin().await?.mailbox(self.now()).await?)
    }
}

/// Half a second, doubled with each attempt, a quarter of an hour at most.
pub(super) fn backoff(attempts: u32) -> SignedDuration {
    SignedDuration::from_millis(500 << attempts.min(16)).min(SignedDuration::from_mins(15))
}

/// Subject and text of a mail. Both are ours: whoever has somebody written to, by hiring them, puts no word into it, not
/// even a name, which could as well say what to do and where to click.
#[must_use]
pub fn letter(app: &App, mail: &Mail) -> (&'static str, String) {
    let (subject, why) = match mail.kind {
        MailKind::Welcome => (
            "Your RealGuardIO account",
            "You have a RealGuardIO account now. Choose a password for it:",
        ),
        MailKind::Forgotten => (
            "Your new RealGuardIO password",
            "Somebody, probably you, asked for a new password. Choose it here:",
        ),
    };
    let link = app.link_address(mail.link);
    let body = format!(
        "Hello,\n\n{why}\n\n{link}\n\nThe link works once, for 24 hours. \
         If this was not meant for you, do nothing.\n"
    );
    (subject, body)
}
