//! Time is a parameter.
//!
//! Two clocks run in every service, and they are separate on purpose. A test that asks "may she
//! disarm at three in the morning?" moves the clock for *decisions*; her token must not expire by
//! that. A test of an expired token moves the clock for *tokens*, and nobody's shift ends.
//!
//! What is measured in *durations* (deadlines, pauses of a circuit breaker, how long something took) takes
//! tokio's monotonic clock, which no calendar and no test world moves by accident. What is compared with a
//! token's times takes the clock for tokens: how old an issuer's keys are, when a token is renewed.

use std::{fmt, sync::Arc};

use jiff::Timestamp;

/// Tells the instant that it is.
///
/// A trait although production has one implementation: the other one is a test's, which says by
/// itself what time it is.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The instant that it is.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where ambient time enters"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The clocks of a service.
#[derive(Debug, Clone)]
pub struct Clocks {
    /// When decisions are made: schedules, histories, what is stored.
    pub decisions: Arc<dyn Clock>,
    /// When tokens are issued and expire.
    pub tokens: Arc<dyn Clock>,
}

impl Clocks {
    /// The machine's clock for both.
    #[must_use]
    pub fn system() -> Self {
        Self {
            decisions: Arc::new(SystemClock),
            tokens: Arc::new(SystemClock),
        }
    }
}
