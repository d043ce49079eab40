//! Sessions that are over are forgotten, bit by bit.

use std::time::Duration;

use chassis::program::steps;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use super::Sessions;
use crate::store::StoreError;

const PAUSE: Duration = Duration::from_mins(1);

impl Sessions {
    /// Sweeps until told to stop.
    pub async fn keep_sweeping(self, shutdown: CancellationToken) {
        let sweep = || async {
            let swept = self.0.store.sweep(self.0.clock.now()).await?;
            Ok::<_, StoreError>(swept > 0)
        };
        steps("the sweeper", PAUSE, shutdown, sweep).await;
    }

    /// Listens for word of changed sessions until told to stop.
    pub async fn keep_listening(self, pool: PgPool, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                Err(error) = self.changes().listen(&pool) => tracing::warn!(%error, "deaf to changed sessions"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
    }
}
