//! The decision log: what was decided goes there a moment later, and nobody waits for it.
//!
//! ```text
//!   a decision ──▶ a queue with an end ──▶ the recorder ──▶ Postgres, in batches
//!                    │
//!                    ╰─ full, because the database is slow or gone: the decision is lost, and counted
//! ```

use std::sync::Arc;
use std::time::Duration;

use chassis::clock::Clock;
use chassis::program::steps;
use database::is_outage;
use jiff::SignedDuration;
use pdp::Answer;
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::asked::Asked;
use super::{Inquiry, Known};
use crate::domain::Caller;
use crate::store::{Decision, Decisions};

/// What came of a question.
pub const OUTCOMES: [&str; 3] = [ALLOWED, DENIED, UNDECIDED];
const ALLOWED: &str = "ALLOWED";
const DENIED: &str = "DENIED";
const UNDECIDED: &str = "UNDECIDED";

/// Decisions that wait to be written at most: what a busy instance decides in a few seconds.
const WAITING: usize = 20_000;
/// Decisions that are written at once at most.
const BATCH: usize = 500;
/// How long it rests after a failure.
const PAUSE: Duration = Duration::from_secs(1);
/// How often it is looked for what has been kept long enough.
const LOOK: Duration = Duration::from_mins(10);
/// Decisions that are removed at once at most.
const REMOVED: i64 = 5_000;

/// Where decisions are noted.
#[derive(Debug, Clone)]
pub struct Journal(mpsc::Sender<Decision>);

/// Writes what was noted.
#[derive(Debug)]
pub struct Recorder {
    noted: mpsc::Receiver<Decision>,
    /// What was taken from there, and is not written yet.
    batch: Vec<Decision>,
    decisions: Decisions,
}

/// Removes what has been kept long enough.
#[derive(Debug)]
pub struct Retention {
    decisions: Decisions,
    kept: SignedDuration,
    clock: Arc<dyn Clock>,
}

impl Journal {
    /// A journal, and who writes it into this log.
    #[must_use]
    pub fn new(decisions: Decisions) -> (Self, Recorder) {
        let (sender, noted) = mpsc::channel(WAITING);
        let recorder = Recorder {
            noted,
            batch: Vec::new(),
            decisions,
        };
        (Self(sender), recorder)
    }

    /// Notes what was answered, or that nothing could be.
    pub(super) fn note(
        &self,
        known: &Known,
        caller: &Caller,
        inquiry: Inquiry,
        answer: Option<&Answer>,
    ) {
        let (outcome, policies) = match answer {
            Some(answer) if answer.allowed => (ALLOWED, &*answer.policies),
            Some(answer) => (DENIED, &*answer.policies),
            None => (UNDECIDED, &[][..]),
        };
        let decision = Decision {
            at: known.at,
            caller: readable(&caller.name),
            subject: readable(&inquiry.subject.id),
            action: readable(&inquiry.action.name),
            resource: readable(&inquiry.resource.id),
            question: cleaned(serde_json::to_value(Asked::from(inquiry)).unwrap_or_default()),
            outcome: outcome.to_owned(),
            policies: policies.iter().map(ToString::to_string).collect(),
            policy_version: known.view.version().to_owned(),
            revision: i64::try_from(known.view.revision()).unwrap_or(i64::MAX),
            facts_at: known.token().to_string(),
            facts_age_ms: known.age_ms().unwrap_or_default(),
        };
        if self.0.try_send(decision).is_err() {
            lost(1);
        }
    }
}

fn lost(count: usize) {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    metrics::counter!("decisions_lost_total").increment(count);
}

impl Recorder {
    /// Writes what was taken from the queue. Where the database is out of service it stays for the next time.
    async fn write(&mut self) -> sqlx::Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        match self.decisions.add(&self.batch).await {
            Err(error) if !is_outage(&error) => return self.write_singly().await,
            written => written?,
        }
        self.batch.clear();
        Ok(())
    }

    /// Writes one by one what was refused together: what is refused alone would be for ever, and keeps back nothing else.
    async fn write_singly(&mut self) -> sqlx::Result<()> {
        while let Some(decision) = self.batch.first() {
            match self.decisions.add(std::slice::from_ref(decision)).await {
                Err(error) if is_outage(&error) => return Err(error),
                Err(error) => {
                    tracing::error!(%error, "a decision is lost to the log");
                    lost(1);
                }
                Ok(()) => {}
            }
            self.batch.remove(0);
        }
        Ok(())
    }

    /// Writes all that was noted up to here.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn drain(&mut self) -> sqlx::Result<()> {
        loop {
            self.write().await?;
            if self.noted.is_empty() {
                return Ok(());
            }
            self.noted.recv_many(&mut self.batch, BATCH).await;
        }
    }

    /// Writes what is noted, until `shutdown`, and then what still waits.
    pub async fn run(mut self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            if self.batch.is_empty() {
                tokio::select! {
                    () = shutdown.cancelled() => break,
                    _ = self.noted.recv_many(&mut self.batch, BATCH) => {}
                }
            }
            if let Err(error) = self.write().await {
                tracing::warn!(%error, "decisions cannot be written to the log");
                tokio::select! {
                    () = shutdown.cancelled() => {}
                    () = tokio::time::sleep(PAUSE) => {}
                }
            }
        }
        if let Err(error) = self.drain().await {
            let count = self.batch.len() + self.noted.len();
            tracing::error!(%error, count, "decisions are lost to the log");
            lost(count);
        }
    }
}

impl Retention {
    /// Keeps decisions for so long.
    #[must_use]
    pub fn new(decisions: Decisions, kept: SignedDuration, clock: Arc<dyn Clock>) -> Self {
        Self {
            decisions,
            kept,
            clock,
        }
    }

    /// Removes some of what has been kept long enough. Says whether there may be more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn step(&self) -> sqlx::Result<bool> {
        let before = self.clock.now() - self.kept;
        self.decisions.forget(before, REMOVED).await
    }

    /// Removes what has been kept long enough, until `shutdown`.
    pub async fn run(self, shutdown: CancellationToken) {
        steps("retention", LOOK, shutdown, || self.step()).await;
    }
}

/// The one character that Postgres takes in no text is shown as one that could not be read.
fn readable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn cleaned(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(readable(&text)),
        Value::Array(items) => items.into_iter().map(cleaned).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter();
            let fields = fields.map(|(name, value)| (readable(&name), cleaned(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        other => other,
    }
}
