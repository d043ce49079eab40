//! Sessions that are over are forgotten, bit by bit.

use std::time::Duration;

use chassis::program::steps;
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
}
