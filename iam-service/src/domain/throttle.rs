//! Backoff: each failure above a few makes the next attempt wait twice as long.
//!
//! Attempts are counted *before* they are made, so that guessing in parallel gains nothing. An account that does not
//! exist is counted like one that does. What an attempt counts for is its [`Subject`]s; docs/adr/0019 says why there
//! are several.

mod subject;

use jiff::{SignedDuration, Timestamp};

pub use self::subject::Subject;

/// How patient to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Patience {
    /// Failures without any wait.
    pub free: u32,
    /// The longest wait. A failure is forgotten for each of it that passes without another.
    pub longest: SignedDuration,
}

/// For one account at one address: few, and so seldom in the end that nobody fills [`ACCOUNT`] from one place.
pub const ACCOUNT_AT_ADDRESS: Patience = Patience {
    free: 5,
    longest: SignedDuration::from_hours(1),
};
/// For one account, wherever strangers are: about a hundred guesses a day.
pub const ACCOUNT: Patience = Patience {
    free: 30,
    longest: SignedDuration::from_mins(15),
};
/// For one address, whichever the account: more, because an office shares one.
pub const ADDRESS: Patience = Patience {
    free: 50,
    longest: SignedDuration::from_mins(15),
};
/// For a device where the account's owner has signed in before, or who has its cookie.
pub const DEVICE: Patience = Patience {
    free: 5,
    longest: SignedDuration::from_mins(15),
};
/// For mail to one account: the last link works long enough to wait for the next.
pub const MAIL: Patience = Patience {
    free: 5,
    longest: SignedDuration::from_mins(15),
};
/// For mail that is asked for from one address.
pub const MAIL_FROM_ADDRESS: Patience = Patience {
    free: 20,
    longest: SignedDuration::from_mins(15),
};

/// For mail to whom one person hires, as many as a company that comes to us.
pub const MAIL_OF_HIRER: Patience = Patience {
    free: 80,
    longest: SignedDuration::from_mins(15),
};

/// What is remembered of the failures of one subject.
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
        let failures = self
            .failures
            .saturating_sub(patience.forgotten(now.duration_since(self.last)));
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
    /// How many failures are forgotten after so long without one.
    fn forgotten(self, quiet: SignedDuration) -> u32 {
        u32::try_from(quiet.as_secs().max(0) / self.longest.as_secs().max(1)).unwrap_or(u32::MAX)
    }

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
    fn one_failure_is_forgotten_for_each_longest_wait_without_one() {
        let throttle = Throttle {
            failures: 30,
            last: at(0),
        };
        assert_eq!(
            throttle.attempt(PATIENCE, at(4)),
            Err(Blocked { until: at(5) })
        );
        assert_eq!(throttle.attempt(PATIENCE, at(5)).unwrap().failures, 30);
        assert_eq!(throttle.attempt(PATIENCE, at(54)).unwrap().failures, 21);
        assert_eq!(throttle.attempt(PATIENCE, at(86_401)).unwrap().failures, 1);
    }

    /// Attempts in so many hours by somebody who never misses an opening.
    fn greedy(patience: Patience, hours: i64) -> u32 {
        let mut throttle = Throttle::new(at(0));
        let (mut now, mut attempts) = (at(0), 0);
        while now < at(hours * 3600) {
            match throttle.attempt(patience, now) {
                Ok(next) => (throttle, attempts) = (next, attempts + 1),
                Err(blocked) => now = blocked.until,
            }
        }
        attempts
    }

    #[test]
    fn who_never_stops_has_a_hundred_guesses_a_day() {
        let (day, two) = (greedy(ACCOUNT, 24), greedy(ACCOUNT, 48));
        assert!((96..=140).contains(&day), "{day}");
        assert_eq!(two - day, 96);
        assert_eq!(
            greedy(ACCOUNT_AT_ADDRESS, 48) - greedy(ACCOUNT_AT_ADDRESS, 24),
            24
        );
    }

    #[test]
    fn nobody_fills_an_account_from_one_address() {
        let mut account = Throttle::new(at(0));
        let mut here = Throttle::new(at(0));
        let mut now = at(0);
        while now < at(7 * 86_400) {
            match here.attempt(ACCOUNT_AT_ADDRESS, now) {
                Ok(next) => {
                    here = next;
                    account = account.attempt(ACCOUNT, now).expect("open to everybody");
                }
                Err(blocked) => now = blocked.until,
            }
        }
    }

    #[test]
    fn what_is_deleted_after_a_day_was_forgotten_before() {
        let day = SignedDuration::from_hours(24);
        for patience in [
            ACCOUNT_AT_ADDRESS,
            ACCOUNT,
            ADDRESS,
            DEVICE,
            MAIL,
            MAIL_FROM_ADDRESS,
            MAIL_OF_HIRER,
        ] {
            let mut throttle = Throttle::new(at(0));
            while patience.wait(throttle.failures) < patience.longest {
                throttle.failures += 1;
            }
            assert!(patience.forgotten(day) >= throttle.failures, "{patience:?}");
        }
    }
}
