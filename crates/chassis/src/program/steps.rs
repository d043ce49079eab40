//! Work that is done step by step.

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Wakes the workers of this process. What others have for them to do, or is due again, they find by
/// looking.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// There is something to do.
    pub fn all(&self) {
        self.0.notify_waiters();
    }
}

/// Does step after step until told to stop: at once after one that says there may be more to do,
/// else after `pause`. A step that is begun is finished, and one that fails is tried again.
pub async fn steps<E: Into<anyhow::Error>, Step: Future<Output = Result<bool, E>>>(
    name: &'static str,
    pause: Duration,
    shutdown: CancellationToken,
    step: impl FnMut() -> Step,
) {
    steps_when_woken(name, &Wake::default(), pause, shutdown, step).await;
}

/// [`steps`], and one more whenever somebody wakes.
pub async fn steps_when_woken<E: Into<anyhow::Error>, Step: Future<Output = Result<bool, E>>>(
    name: &'static str,
    wake: &Wake,
    pause: Duration,
    shutdown: CancellationToken,
    mut step: impl FnMut() -> Step,
) {
    while !shutdown.is_cancelled() {
        // Registered before looking, so that nothing is missed that comes meanwhile.
        let woken = wake.0.notified();
        tokio::pin!(woken);
        woken.as_mut().enable();
        match step().await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => {
                let error = format!("{:#}", error.into());
                tracing::warn!(worker = name, error, "a step failed");
            }
        }
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(pause) => {}
            () = shutdown.cancelled() => {}
        }
    }
}
