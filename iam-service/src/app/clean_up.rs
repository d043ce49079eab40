//! Deletes what nobody can use any more, bit by bit.

use std::sync::Arc;
use std::time::Duration;

use chassis::program::steps;
use outbox::Progress;
use tokio_util::sync::CancellationToken;

use super::{App, Failure};

/// How often that is done.
const PAUSE: Duration = Duration::from_mins(5);

/// The worker that deletes expired data.
#[derive(Debug)]
pub struct CleanUp {
    /// What to work on.
    pub app: Arc<App>,
}

impl CleanUp {
    /// Works until told to stop.
    pub async fn run(self, shutdown: CancellationToken) {
        let step = || async { self.step().await.map(Progress::worked) };
        steps("clean-up", PAUSE, shutdown, step).await;
    }

    /// Deletes some of what has expired by now.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn step(&self) -> Result<Progress, Failure> {
        let rows = self.app.store.delete_expired(self.app.now()).await?;
        tracing::debug!(rows, "expired data deleted");
        Ok(match usize::try_from(rows).unwrap_or(usize::MAX) {
            0 => Progress::Idle,
            rows => Progress::Worked(rows),
        })
    }
}
