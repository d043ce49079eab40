//! Takes in what the owners of facts tell, as it comes.

use std::sync::Arc;
use std::time::Duration;

use chassis::clock::Clock;
use outbox::Inbox;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use super::App;
use crate::store::{Aggregates, Versions};

/// How long it rests after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// Fills the memory of this instance from what is kept in the database, which one instance or another keeps.
#[derive(Debug)]
pub struct Feeder {
    app: Arc<App>,
    aggregates: Aggregates,
    versions: Versions,
    inbox: Inbox,
    clock: Arc<dyn Clock>,
    /// Whether the policies that are shipped are kept where whoever reads the log finds them.
    kept: OnceCell<()>,
}

impl Feeder {
    /// From this database, as this inbox moves on.
    #[must_use]
    pub fn new(
        app: Arc<App>,
        (aggregates, versions): (Aggregates, Versions),
        inbox: Inbox,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            app,
            aggregates,
            versions,
            inbox,
            clock,
            kept: OnceCell::new(),
        }
    }

    /// Takes in what there is.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or does not fit the policies.
    pub async fn step(&self) -> anyhow::Result<()> {
        self.kept.get_or_try_init(|| self.keep_shipped()).await?;
        let seen = self.app.knowledge().seen();
        let news = self.aggregates.news(&seen, self.clock.now()).await?;
        let app = self.app.clone();
        // To read policies, and to see whether what is known fits them, takes its time.
        let hear = move || app.knowledge().hear(news);
        Ok(tokio::task::spawn_blocking(hear).await??)
    }

    /// Nothing is answered before the first step, so that no answer is by policies that are not kept.
    async fn keep_shipped(&self) -> sqlx::Result<()> {
        let shipped = self.app.knowledge().shipped();
        let files = shipped.sources().iter().cloned();
        let files = files.map(|file| (file.name, file.text)).collect();
        let (digest, now) = (shipped.version(), self.clock.now());
        self.versions.keep_shipped(digest, &files, now).await
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
