//! Workers: what is queued is delivered, whatever fails on the way.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

pub use outbox::Progress;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::Failure;

/// Wakes the workers of this process. Work that others queued, or that is due again, is found by looking.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// There is something to deliver.
    pub fn all(&self) {
        self.0.notify_waiters();
    }
}

/// Works on what is queued.
pub trait Worker: Send + Sync + 'static {
    /// Its name, for the log.
    const NAME: &'static str;

    /// Does one piece of work that is due.
    ///
    /// # Errors
    /// When the database does not answer. What cannot be delivered is no error: it is tried again.
    fn step(&self) -> impl Future<Output = Result<Progress, Failure>> + Send;
}

/// Runs a worker until told to stop: without a pause while there is work, else when woken, and every `pause`.
pub async fn run<W: Worker>(worker: W, wake: Wake, pause: Duration, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        // Registered before looking, so that nothing queued meanwhile is missed.
        let woken = wake.0.notified();
        tokio::pin!(woken);
        woken.as_mut().enable();
        match worker.step().await {
            Ok(Progress::Worked(_)) => continue,
            Ok(Progress::Idle) => {}
            Err(error) => {
                let error = anyhow::Error::new(error);
                tracing::warn!(
                    worker = W::NAME,
                    error = format!("{error:#}"),
                    "a step failed"
                );
            }
        }
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(pause) => {}
            () = shutdown.cancelled() => {}
        }
    }
}
