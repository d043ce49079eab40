//! Deletes what nobody can use any more.

use std::sync::Arc;

use outbox::Progress;

use super::{App, Failure};

/// The worker that deletes expired data.
#[derive(Debug, Clone)]
pub struct CleanUp {
    /// What to work on.
    pub app: Arc<App>,
}

impl CleanUp {
    /// Deletes all that has expired by now.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn step(&self) -> Result<Progress, Failure> {
        let mut tx = self.app.store.begin().await?;
        let rows = tx.delete_expired(self.app.now()).await?;
        tx.commit().await?;
        tracing::debug!(rows, "expired data deleted");
        Ok(Progress::Idle)
    }
}
