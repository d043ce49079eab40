//! Takes in what the owners of facts tell, as it comes.

use std::sync::Arc;
use std::time::Duration;

use outbox::Inbox;
use tokio_util::sync::CancellationToken;

use super::App;
use crate::store::Aggregates;

/// How long it rests after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// Fills the memory of this instance from what is kept in the database, which one instance or another keeps.
#[derive(Debug)]
pub struct Feeder {
    app: Arc<App>,
    aggregates: Aggregates,
    inbox: Inbox,
}

impl Feeder {
    /// From this database, as this inbox moves on.
    #[must_use]
    pub const fn new(app: Arc<App>, aggregates: Aggregates, inbox: Inbox) -> Self {
        Self {
            app,
            aggregates,
            inbox,
        }
    }

    /// Takes in what there is.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or does not fit the policies.
    pub async fn step(&self) -> anyhow::Result<()> {
        let knowledge = self.app.knowledge();
        let news = self.aggregates.news(&knowledge.seen()).await?;
        Ok(knowledge.hear(news).await?)
    }

    /// Takes in what comes, until `shutdown`.
    pub async fn run(self, shutdown: CancellationToken) {
        let work = async {
            // Listen first, then look.
            let mut moves = self.inbox.moves();
            loop {
                if let Err(error) = self.step().await {
                    let error = format!("{error:#}");
                    tracing::warn!(error, "what was told cannot be taken in");
                    metrics::counter!("feeder_failures_total").increment(1);
                    tokio::time::sleep(PAUSE).await;
                }
                moves.next().await;
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = work => {}
        }
    }
}
