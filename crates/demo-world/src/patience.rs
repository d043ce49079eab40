//! Coming again.

use std::time::Duration;
use std::{error, fmt};

use tokio::time::{Instant, interval};

/// How long it may take until whoever is busy has time.
const PATIENCE: Duration = Duration::from_mins(1);

/// What `Retry-After` says, wherever something is said by it here.
const A_MOMENT: Duration = Duration::from_secs(1);

/// Whoever was asked could not say anything now, and may in a moment.
#[derive(Debug)]
pub struct NotNow(pub(crate) String);

impl fmt::Display for NotNow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl error::Error for NotNow {}

/// Does it, and again for as long as the answer is to come again in a moment: on a busy machine that is an answer too.
///
/// # Errors
///
/// When it does not succeed for another reason, or not within a minute.
pub async fn patiently<T, Attempt>(attempt: impl Fn() -> Attempt) -> anyhow::Result<T>
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
