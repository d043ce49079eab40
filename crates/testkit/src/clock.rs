//! A clock that stands still until a test moves it.

use std::sync::{Arc, Mutex, PoisonError};

use chassis::clock::{Clock, Clocks};
use jiff::{SignedDuration, Timestamp};

/// A clock that a test holds in its hand. Clones show the same time.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<Mutex<Timestamp>>);

impl TestClock {
    /// A clock that stands at `instant`, such as `"2026-03-29T01:00:00Z"`.
    ///
    /// # Errors
    ///
    /// When `instant` is not RFC 3339.
    pub fn at(instant: &str) -> anyhow::Result<Self> {
        Ok(Self::starting(instant.parse()?))
    }

    /// A clock that stands at `instant`.
    #[must_use]
    pub fn starting(instant: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(instant)))
    }

    /// What the clock shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the clock to `instant`, forwards or backwards.
    pub fn set(&self, instant: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = instant;
    }

    /// Moves the clock by `by`.
    pub fn advance(&self, by: SignedDuration) {
        self.set(self.now() + by);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }
}

impl From<TestClock> for Clocks {
    /// One clock for decisions and tokens alike.
    fn from(clock: TestClock) -> Self {
        Self {
            decisions: Arc::new(clock.clone()),
            tokens: Arc::new(clock),
        }
    }
}
