//! Writing to the logs what was noted, and removing from them what has been kept long enough, or has no room any more.

use std::sync::Arc;
use std::time::Duration;

use chassis::clock::Clock;
use chassis::program::steps;
use database::is_outage;
use jiff::SignedDuration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::queue::{Taken, Waiting};
use crate::store::{DecisionLog, Log, LoggedSearch, NewDecision, SearchLog};

/// Entries that are written at once at most.
const BATCH: usize = 500;
/// How long it rests after a failure.
const PAUSE: Duration = Duration::from_secs(1);
/// How often it is looked for what has been kept long enough, or has no room any more: what comes in between is more than there
/// is room for.
const LOOK: Duration = Duration::from_mins(1);
/// Entries that are removed at once at most.
const REMOVED: i64 = 5_000;
/// The room for searches: one part of so many of that for decisions.
const FOR_SEARCHES: i64 = 8;

/// Writes what was noted.
#[derive(Debug)]
pub struct Recorder {
    decisions: Pen<DecisionLog>,
    searches: Pen<SearchLog>,
}

/// Writes into one log.
#[derive(Debug)]
struct Pen<L: Log> {
    noted: mpsc::UnboundedReceiver<Waiting<L::Entry>>,
    /// What was taken from there, and is not written yet.
    batch: Vec<L::Entry>,
    /// The room that this takes.
    taken: Vec<Taken>,
    log: L,
}

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keeping {
    /// For how long.
    pub time: SignedDuration,
    /// How many bytes of decisions, and an eighth of that of searches, about.
    pub bytes: i64,
}

/// Removes what has been kept long enough, and the oldest of what has no room any more.
#[derive(Debug)]
pub struct Retention {
    decisions: DecisionLog,
    searches: SearchLog,
    keeping: Keeping,
    clock: Arc<dyn Clock>,
}

/// Counts what a log could not take.
pub(super) fn lost<L: Log>(count: usize) {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    metrics::counter!(L::LOST).increment(count);
}

impl<L: Log> Pen<L> {
    const fn new(noted: mpsc::UnboundedReceiver<Waiting<L::Entry>>, log: L) -> Self {
        Self {
            noted,
            batch: Vec::new(),
            taken: Vec::new(),
            log,
        }
    }

    /// Takes what waits, so much at once at most; waits for the first.
    async fn take(&mut self) {
        let mut waiting = Vec::new();
        self.noted.recv_many(&mut waiting, BATCH).await;
        for Waiting { entry, taken } in waiting {
            self.batch.push(entry);
            self.taken.push(taken);
        }
    }

    /// Writes what was taken from the queue. Where the database is out of service it stays for the next time.
    async fn write(&mut self) -> sqlx::Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        match self.log.add(&self.batch).await {
            Err(error) if !is_outage(&error) => self.write_singly().await?,
            written => written?,
        }
        self.batch.clear();
        self.taken.clear();
        Ok(())
    }

    /// Writes one by one what was refused together: what is refused alone would be for ever, and keeps back nothing else.
    async fn write_singly(&mut self) -> sqlx::Result<()> {
        while let Some(entry) = self.batch.first() {
            match self.log.add(std::slice::from_ref(entry)).await {
                Err(error) if is_outage(&error) => return Err(error),
                Err(error) => {
                    tracing::error!(%error, "an entry is lost to the log");
                    lost::<L>(1);
                }
                Ok(()) => {}
            }
            self.batch.remove(0);
        }
        Ok(())
    }

    async fn drain(&mut self) -> sqlx::Result<()> {
        loop {
            self.write().await?;
            if self.noted.is_empty() {
                return Ok(());
            }
            self.take().await;
        }
    }

    async fn run(mut self, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            if self.batch.is_empty() {
                tokio::select! {
                    () = shutdown.cancelled() => break,
                    () = self.take() => {}
                }
            }
            if let Err(error) = self.write().await {
                tracing::warn!(%error, "the log cannot be written");
                tokio::select! {
                    () = shutdown.cancelled() => {}
                    () = tokio::time::sleep(PAUSE) => {}
                }
            }
        }
        if let Err(error) = self.drain().await {
            let count = self.batch.len() + self.noted.len();
            tracing::error!(%error, count, "entries are lost to the log");
            lost::<L>(count);
        }
    }
}

impl Recorder {
    pub(super) fn new(
        (decided, decisions): (mpsc::UnboundedReceiver<Waiting<NewDecision>>, DecisionLog),
        (sought, searches): (mpsc::UnboundedReceiver<Waiting<LoggedSearch>>, SearchLog),
    ) -> Self {
        Self {
            decisions: Pen::new(decided, decisions),
            searches: Pen::new(sought, searches),
        }
    }

    /// Writes all that was noted up to here.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn drain(&mut self) -> sqlx::Result<()> {
        self.decisions.drain().await?;
        self.searches.drain().await
    }

    /// Writes what is noted, until `shutdown`, and then what still waits.
    pub async fn run(self, shutdown: CancellationToken) {
        tokio::join!(self.decisions.run(&shutdown), self.searches.run(&shutdown));
    }
}

impl Retention {
    /// Keeps so much of decisions and searches.
    #[must_use]
    pub fn new(
        (decisions, searches): (DecisionLog, SearchLog),
        keeping: Keeping,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            decisions,
            searches,
            keeping,
            clock,
        }
    }

    /// Removes some of what has been kept long enough, or has no room any more. Says whether there may be more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn step(&self) -> sqlx::Result<bool> {
        let Keeping { time, bytes } = self.keeping;
        let before = self.clock.now() - time;
        let mut more = Log::forget(&self.decisions, before, REMOVED).await?;
        more |= Log::forget(&self.searches, before, REMOVED).await?;
        more |= shrink(&self.decisions, bytes).await?;
        more |= shrink(&self.searches, bytes / FOR_SEARCHES).await?;
        Ok(more)
    }

    /// Removes what has been kept long enough, or has no room any more, until `shutdown`.
    pub async fn run(self, shutdown: CancellationToken) {
        steps("retention", LOOK, shutdown, || self.step()).await;
    }
}

/// Removes some of the oldest entries for which there is no room. Says whether there were any.
async fn shrink<L: Log>(log: &L, bytes: i64) -> sqlx::Result<bool> {
    let removed = log.shrink(bytes, REMOVED).await?;
    if removed > 0 {
        metrics::counter!(L::CROWDED_OUT).increment(removed);
        tracing::warn!(
            removed,
            bytes,
            "a log is full: its oldest entries are removed before their time"
        );
    }
    Ok(removed > 0)
}
