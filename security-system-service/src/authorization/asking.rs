//! One deadline for all that is asked.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, timeout_at};

use super::Cause;

/// That something is being asked, since when, and until when at the latest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asking {
    since: Timestamp,
    until: Instant,
}

impl Asking {
    /// Begins now.
    pub(super) const fn begin(now: Timestamp, until: Instant) -> Self {
        Self { since: now, until }
    }

    /// The answer, if it comes in time.
    pub(super) async fn answer<T>(
        self,
        answer: impl Future<Output = Result<T, Cause>>,
    ) -> Result<T, Cause> {
        // Boxed: several at once would make every future around them large.
        match timeout_at(self.until, Box::pin(answer)).await {
            Ok(answer) => answer,
            Err(_) => Err(Cause("whoever was asked takes too long".to_owned())),
        }
    }

    /// How long there is still.
    pub(super) fn left(self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// How old an answer can be that came by now.
    pub(super) fn age(self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.since)
    }
}
