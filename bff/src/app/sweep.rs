//! Sessions that are over are forgotten, bit by bit.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Sessions;
use crate::store::StoreError;

const PAUSE: Duration = Duration::from_mins(1);

/// What a step of a worker did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many things; there may be more.
    Worked(u64),
    /// Nothing was left to do.
    Idle,
}

impl Sessions {
    /// Forgets some sessions that are over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self) -> Result<Progress, StoreError> {
        let swept = self.0.store.sweep(self.0.clock.now()).await?;
        Ok(if swept == 0 {
            Progress::Idle
        } else {
            Progress::Worked(swept)
        })
    }

    /// Sweeps until told to stop.
    pub async fn keep_sweeping(&self, shutdown: CancellationToken) {
        loop {
            match self.sweep().await {
                Ok(Progress::Worked(_)) => continue,
                Ok(Progress::Idle) => {}
                Err(error) => tracing::warn!(%error, "not swept"),
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Listens for word of changed sessions until told to stop.
    pub async fn keep_listening(&self, pool: &sqlx::PgPool, shutdown: CancellationToken) {
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                Err(error) = self.changes().listen(pool) => tracing::warn!(%error, "deaf to changed sessions"),
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
    }
}
