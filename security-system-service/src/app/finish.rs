//! Going on with what a request began: after a crash, or an answer that did not come.

use std::sync::Arc;
use std::time::Duration;

use chassis::program::steps;
use outbox::Progress;
use tokio_util::sync::CancellationToken;

use super::{App, Failure};
use crate::domain::{Lifecycle, Standing};

/// How often the finisher looks for something to do.
const LOOK: Duration = Duration::from_secs(1);

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The system is in service.
    Activated,
    /// The location was refused; the system will never be.
    GivenUp,
    /// The location is released.
    Released,
    /// Somebody else has made the step.
    Nothing,
}

impl App {
    /// Tells the location's owner what it has to know, and notes that it knows.
    pub(super) async fn advance(&self, standing: Standing) -> Result<Step, Failure> {
        let Standing {
            id,
            location,
            lifecycle,
        } = standing;
        match lifecycle {
            Lifecycle::Pending { location_version } => {
                let reserved = self
                    .owners
                    .customers
                    .reserve(location, location_version, id)
                    .await?;
                let now = self.clock.now();
                if reserved.is_err() {
                    self.store.give_up(id, now).await?;
                    return Ok(Step::GivenUp);
                }
                let activated = self.store.activate(id, now).await?;
                Ok(if activated {
                    Step::Activated
                } else {
                    Step::Nothing
                })
            }
            Lifecycle::Removing => {
                self.owners.customers.release(location, id).await?;
                self.store.finish_removal(id).await?;
                Ok(Step::Released)
            }
            Lifecycle::Active(_) | Lifecycle::Removed => Ok(Step::Nothing),
        }
    }
}

/// The worker that finishes installations and removals.
#[derive(Debug, Clone)]
pub struct Finisher {
    app: Arc<App>,
}

impl Finisher {
    /// For this app.
    #[must_use]
    pub const fn new(app: Arc<App>) -> Self {
        Self { app }
    }

    /// Goes on with one unfinished system, if one is due. If that fails it is due again later.
    ///
    /// # Errors
    ///
    /// When the database fails, or the owner cannot be asked.
    pub async fn step(&self) -> Result<Progress, Failure> {
        let Some(unfinished) = self.app.store.claim(self.app.clock.now()).await? else {
            return Ok(Progress::Idle);
        };
        let step = self.app.advance(unfinished).await?;
        tracing::info!(system = %unfinished.id, ?step, "went on with an unfinished system");
        Ok(Progress::Worked(1))
    }

    /// Works until told to stop.
    pub async fn run(self, shutdown: CancellationToken) {
        let step = || async { self.step().await.map(Progress::worked) };
        steps("the finisher", LOOK, shutdown, step).await;
    }
}
