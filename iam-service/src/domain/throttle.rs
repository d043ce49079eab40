//! Backoff: each failure above a few makes the next attempt wait twice as long.
//!
//! Attempts are counted per account and per address *before* they are made, so that guessing in parallel gains
//! nothing. An account that does not exist is counted like one that does.

use jiff::{SignedDuration, Timestamp};

/// How patient to be.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Failures without any wait.
    pub free: u32,
    /// The longest wait.
    pub longest: SignedDuration,
}

/// For one account: few, but never long enough to lock its owner out for good.
pub const ACCOUNT: Patience = Patience {
    free: 5,
    longest: SignedDuration::from_mins(15),
};
/// For one address: more, because an office shares one.
pub const ADDRESS: Patience = Patience {
    free: 50,
    longest: SignedDuration::from_mins(15),
};

/// Failures are forgotten after this long without one.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// What is remembered of the failures of one account or address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// Attempts in a row that failed or are not decided yet.
    pub failures: u32,
    /// The last of them.
    pub last: Timestamp,
}

/// Too many attempts failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts; the next one is open at {until}")]
pub struct Blocked {
    /// When the next attempt is open.
    pub until: Timestamp,
}

impl Throttle {
    /// Nothing failed yet.
    #[must_use]
    pub const fn new(now: Timestamp) -> Self {
        Self {
            failures: 0,
            last: now,
        }
    }

    /// Counts one more attempt.
    ///
    /// # Errors
    ///
    /// When the wait after the last one is not over; then nothing is counted.
    pub fn attempt(self, patience: Patience, now: Timestamp) -> Result<Self, Blocked> {
        let failures = if now.duration_since(self.last) > FORGOTTEN_AFTER {
            0
        } else {
            self.failures
        };
        let until = self
            .last
            .saturating_add(patience.wait(failures))
            .unwrap_or(Timestamp::MAX);
        if failures > 0 && now < until {
            return Err(Blocked { until });
        }
        Ok(Self {
            failures: failures.saturating_add(1),
            last: now,
        })
    }
}

impl Patience {
    fn wait(self, failures: u32) -> SignedDuration {
        match failures.checked_sub(self.free) {
            None => SignedDuration::ZERO,
            Some(over) => SignedDuration::from_secs(1 << over.min(20)).min(self.longest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience {
        free: 2,
        longest: SignedDuration::from_secs(5),
    };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let throttle = Throttle::new(at(0)).attempt(PATIENCE, at(0)).unwrap();
        let throttle = throttle.attempt(PATIENCE, at(0)).unwrap();
        assert_eq!(
            throttle.attempt(PATIENCE, at(0)),
            Err(Blocked { until: at(1) })
        );
        let throttle = throttle.attempt(PATIENCE, at(1)).unwrap();
        assert_eq!(
            throttle.attempt(PATIENCE, at(2)),
            Err(Blocked { until: at(3) })
        );
        let throttle = throttle.attempt(PATIENCE, at(3)).unwrap();
        let throttle = throttle.attempt(PATIENCE, at(7)).unwrap();
        assert_eq!(
            throttle.attempt(PATIENCE, at(8)),
            Err(Blocked { until: at(12) })
        );
    }

    #[test]
    fn a_day_without_a_failure_forgets() {
        let throttle = Throttle {
            failures: 30,
            last: at(0),
        };
        assert!(throttle.attempt(PATIENCE, at(1)).is_err());
        assert_eq!(throttle.attempt(PATIENCE, at(86_401)).unwrap().failures, 1);
    }
}
