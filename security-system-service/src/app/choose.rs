//! Choosing which strategy decides, while the service runs: for administrators of a demonstration.

use std::sync::Arc;
use std::time::Duration;

use access::Operation;
use chassis::auth::User;
use chassis::program::steps;
use outbox::Progress;
use tokio_util::sync::CancellationToken;

use super::{App, Failure};
use crate::authorization::{Choice, Chosen, Strategy};

/// How often an instance looks what was chosen at another one.
const LOOK: Duration = Duration::from_millis(400);

impl App {
    /// What was chosen. From then on this instance decides by it.
    ///
    /// # Errors
    ///
    /// When the database fails. Then what was known before goes on to count.
    pub async fn chosen(&self) -> Result<Chosen, Failure> {
        let chosen = self.store.chosen().await?;
        self.authorizers.choices().learn(&chosen);
        Ok(chosen)
    }

    /// Has a strategy decide an operation from now on, or again the configured one. Who chooses what is chosen already
    /// changes nothing.
    ///
    /// # Errors
    ///
    /// When somebody has chosen since the choice that the caller has seen, or the database fails.
    pub async fn choose(
        &self,
        operation: Operation,
        strategy: Option<Strategy>,
        seen: Option<i64>,
        user: &User,
    ) -> Result<Chosen, Failure> {
        loop {
            let chosen = self.chosen().await?;
            let last = chosen.of(operation).as_ref();
            let version = last.map_or(0, |choice| choice.version);
            if seen.is_some_and(|seen| seen != version) {
                return Err(Failure::Outdated);
            }
            if last.and_then(|choice| choice.strategy) == strategy {
                return Ok(chosen);
            }
            let choice = Choice {
                version: version + 1,
                strategy,
                by: user.id,
                name: user.name.clone(),
                at: self.clock.now(),
            };
            // Whoever was faster has made the next choice: then this is about the one after it.
            if self.store.choose(operation, &choice).await? {
                let strategy = strategy.map(Strategy::as_str);
                tracing::info!(user = %user.id, ?operation, strategy, "chose a strategy");
                return self.chosen().await;
            }
        }
    }
}

/// The worker by which an instance learns what was chosen at another one.
#[derive(Debug, Clone)]
pub struct Switch {
    app: Arc<App>,
}

impl Switch {
    /// For this app.
    #[must_use]
    pub const fn new(app: Arc<App>) -> Self {
        Self { app }
    }

    /// Looks once.
    ///
    /// # Errors
    ///
    /// When the database fails. Then what was known before goes on to count.
    pub async fn step(&self) -> Result<Progress, Failure> {
        self.app.chosen().await?;
        Ok(Progress::Idle)
    }

    /// Looks again and again, until told to stop.
    pub async fn run(self, shutdown: CancellationToken) {
        let step = || async { self.step().await.map(Progress::worked) };
        steps("the switch", LOOK, shutdown, step).await;
    }
}
