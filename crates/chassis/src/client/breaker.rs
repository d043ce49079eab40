//! Stops calling who does not answer.
//!
//! ```text
//!            failures in a row                    pause over
//!   closed ───────────────────▶ open ───────────────────────▶ half open
//!     ▲                           ▲                             │   │
//!     │                           └───────── trial failed ──────┘   │
//!     └───────────────────────────────────── trial succeeded ───────┘
//! ```
//!
//! While open, calls fail at once: the caller gets its 503 without waiting for a deadline, and the
//! other service gets air. Half open, one call is let through as a trial. A trial that is dropped
//! without an outcome, because its own caller went away, lets the next one try.
//!
//! Time is a parameter here too: the monotonic one.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use metrics::gauge;
use tokio::time::Instant;

/// When a breaker opens, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct BreakerSettings {
    /// Failures in a row that open it.
    pub failures: u32,
    /// How long it stays open before a trial.
    pub pause: Duration,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        Self {
            failures: 5,
            pause: Duration::from_millis(500),
        }
    }
}

/// A circuit breaker towards one service.
#[derive(Debug)]
pub struct Breaker {
    service: String,
    settings: BreakerSettings,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant },
    HalfOpen,
}

impl Breaker {
    /// A closed breaker.
    #[must_use]
    pub fn new(service: impl Into<String>, settings: BreakerSettings) -> Self {
        let breaker = Self {
            service: service.into(),
            settings,
            state: Mutex::new(State::Closed { failures: 0 }),
        };
        breaker.report(State::Closed { failures: 0 });
        breaker
    }

    /// Lets a call through, or not. Who gets a pass reports the outcome by it.
    pub fn pass(&self, now: Instant) -> Option<Pass<'_>> {
        let mut state = self.state();
        match *state {
            State::Closed { .. } => {}
            State::Open { until } if now >= until => {
                self.change(&mut state, State::HalfOpen);
            }
            State::Open { .. } | State::HalfOpen => return None,
        }
        Some(Pass {
            breaker: self,
            given: now,
            reported: false,
        })
    }

    fn succeeded(&self) {
        self.change(&mut self.state(), State::Closed { failures: 0 });
    }

    fn failed(&self, now: Instant) {
        let mut state = self.state();
        let open = State::Open {
            until: now + self.settings.pause,
        };
        let next = match *state {
            State::Closed { failures } if failures + 1 < self.settings.failures => State::Closed {
                failures: failures + 1,
            },
            State::Closed { .. } | State::HalfOpen => open,
            // A call from before it opened says nothing new.
            State::Open { .. } => return,
        };
        self.change(&mut state, next);
    }

    fn abandoned(&self, given: Instant) {
        let mut state = self.state();
        if matches!(*state, State::HalfOpen) {
            self.change(&mut state, State::Open { until: given });
        }
    }

    fn change(&self, state: &mut State, next: State) {
        if std::mem::discriminant(state) != std::mem::discriminant(&next) {
            tracing::info!(service = self.service, to = next.name(), "circuit changes");
            self.report(next);
        }
        *state = next;
    }

    /// 0 closed, 1 half open, 2 open: the higher, the worse.
    fn report(&self, state: State) {
        gauge!("client_circuit_state", "service" => self.service.clone()).set(state.badness());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A state is one word, written at once: no panic leaves half of one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Closed { .. } => "closed",
            Self::HalfOpen => "half open",
            Self::Open { .. } => "open",
        }
    }

    fn badness(self) -> f64 {
        match self {
            Self::Closed { .. } => 0.0,
            Self::HalfOpen => 1.0,
            Self::Open { .. } => 2.0,
        }
    }
}

/// Leave to make one call.
#[derive(Debug)]
#[must_use = "a pass is for one call, and reports its outcome"]
pub struct Pass<'a> {
    breaker: &'a Breaker,
    given: Instant,
    reported: bool,
}

impl Pass<'_> {
    /// The service answered, whatever it said.
    pub fn succeeded(mut self) {
        self.reported = true;
        self.breaker.succeeded();
    }

    /// It said nothing in the time that it was `given`. That is no failure where it was much less than its `own`, the time
    /// that it usually has: our own caller took the rest, who sent slowly what was to be passed on. Otherwise anybody
    /// could part services that are well. Only silence is excused so; who refuses a connection does it at once.
    pub fn silent(self, given: Duration, own: Duration, now: Instant) {
        if given >= own / 2 {
            self.failed(now);
        }
    }

    /// It did not.
    pub fn failed(mut self, now: Instant) {
        self.reported = true;
        self.breaker.failed(now);
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if !self.reported {
            self.breaker.abandoned(self.given);
        }
    }
}
