//! Coming again.

use std::time::Duration;

use demo_world::visitor::NotNow;
use tokio::time::{Instant, interval};

/// How long it may take until whoever is busy has time.
const PATIENCE: Duration = Duration::from_mins(1);

/// What `Retry-After` says, wherever something is said by it here.
const A_MOMENT: Duration = Duration::from_secs(1);

/// Does it, and again for as long as the answer is to come again in a moment: on a busy machine that is an answer too.
pub(super) async fn patiently<T, Attempt>(attempt: impl Fn() -> Attempt) -> anyhow::Result<T>
where
    Attempt: Future<Output = anyhow::Result<T>>,
{
    let (begun, mut moments) = (Instant::now(), interval(A_MOMENT));
    loop {
        moments.tick().await;
        match attempt().await {
            Err(busy) if busy.is::<NotNow>() && begun.elapsed() < PATIENCE => {}
            answered => return answered,
        }
    }
}
