//! Writing to the logs what was noted, and removing from them what has been kept long enough.

use std::sync::Arc;
use std::time::Duration;

use chassis::clock::Clock;
use chassis::program::steps;
use database::is_outage;
use jiff::SignedDuration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::store::{DecisionLog, Log, LoggedDecision, LoggedSearch, SearchLog};

/// Entries that are written at once at most.
const BATCH: usize = 500;
/// How long it rests after a failure.
const PAUSE: Duration = Duration::from_secs(1);
/// How often it is looked for what has been kept long enough.
const LOOK: Duration = Duration::from_mins(10);
/// Entries that are removed at once at most.
const REMOVED: i64 = 5_000;

/// Writes what was noted.
#[derive(Debug)]
pub struct Recorder {
    decisions: Pen<DecisionLog>,
    searches: Pen<SearchLog>,
}

/// Writes into one log.
#[derive(Debug)]
struct Pen<L: Log> {
    noted: mpsc::Receiver<L::Entry>,
    /// What was taken from there, and is not written yet.
    batch: Vec<L::Entry>,
    log: L,
}

/// Removes what has been kept long enough.
#[derive(Debug)]
pub struct Retention {
    decisions: DecisionLog,
    searches: SearchLog,
    kept: SignedDuration,
    clock: Arc<dyn Clock>,
}

/// Counts what a log could not take.
pub(super) fn lost<L: Log>(count: usize) {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    metrics::counter!(L::LOST).increment(count);
}

impl<L: Log> Pen<L> {
    const fn new(noted: mpsc::Receiver<L::Entry>, log: L) -> Self {
        Self {
            noted,
            batch: Vec::new(),
            log,
        }
    }

    /// Writes what was taken from the queue. Where the database is out of service it stays for the next time.
    async fn write(&mut self) -> sqlx::Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        match self.log.add(&self.batch).await {
            Err(error) if !is_outage(&error) => return self.write_singly().await,
            written => written?,
        }
        self.batch.clear();
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
            self.noted.recv_many(&mut self.batch, BATCH).await;
        }
    }

    async fn run(mut self, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            if self.batch.is_empty() {
                tokio::select! {
                    () = shutdown.cancelled() => break,
                    _ = self.noted.recv_many(&mut self.batch, BATCH) => {}
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
        (decided, decisions): (mpsc::Receiver<LoggedDecision>, DecisionLog),
        (sought, searches): (mpsc::Receiver<LoggedSearch>, SearchLog),
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
    /// Keeps decisions and searches for so long.
    #[must_use]
    pub fn new(
        (decisions, searches): (DecisionLog, SearchLog),
        kept: SignedDuration,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            decisions,
            searches,
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
        let more = Log::forget(&self.decisions, before, REMOVED).await?;
        Ok(Log::forget(&self.searches, before, REMOVED).await? || more)
    }

    /// Removes what has been kept long enough, until `shutdown`.
    pub async fn run(self, shutdown: CancellationToken) {
        steps("retention", LOOK, shutdown, || self.step()).await;
    }
}
