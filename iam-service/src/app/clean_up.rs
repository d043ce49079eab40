//! Deletes what nobody can use any more.

use std::sync::Arc;

use super::{App, Failure, Progress, Worker};

/// The worker that deletes expired data.
#[derive(Debug)]
pub struct CleanUp {
    /// What to work on.
    pub app: Arc<App>,
}

impl Worker for CleanUp {
    const NAME: &'static str = "clean-up";

    /// Deletes all that has expired by now.
    async fn step(&self) -> Result<Progress, Failure> {
        let mut tx = self.app.store.begin().await?;
        let rows = tx.delete_expired(self.app.now()).await?;
        tx.commit().await?;
        tracing::debug!(rows, "expired data deleted");
        Ok(Progress::Idle)
    }
}
