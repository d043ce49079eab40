//! The circuit breaker, with time in the test's hand.

use std::time::Duration;

use chassis::{
    client::{Breaker, BreakerSettings, Pass},
    telemetry,
};
use tokio::time::Instant;

const PAUSE: Duration = Duration::from_secs(1);

fn breaker() -> (Breaker, Instant) {
    let settings = BreakerSettings {
        failures: 3,
        pause: PAUSE,
    };
    (Breaker::new("customer-service", settings), Instant::now())
}

/// A call that fails; false when it was not let through.
fn fail(breaker: &Breaker, now: Instant) -> bool {
    breaker.pass(now).map(|pass| pass.failed(now)).is_some()
}

/// A call that succeeds; false when it was not let through.
fn succeed(breaker: &Breaker, now: Instant) -> bool {
    breaker.pass(now).map(Pass::succeeded).is_some()
}

#[test]
fn it_opens_after_failures_in_a_row() {
    let (breaker, now) = breaker();
    assert!(fail(&breaker, now) && fail(&breaker, now));
    assert!(succeed(&breaker, now), "two are not enough");
    assert!(
        fail(&breaker, now) && fail(&breaker, now),
        "and the row begins anew"
    );
    assert!(fail(&breaker, now));
    assert!(!succeed(&breaker, now), "now it is open");
}

#[test]
fn it_lets_one_call_try_when_the_pause_is_over() {
    let (breaker, now) = breaker();
    while fail(&breaker, now) {}
    assert!(!fail(&breaker, now + PAUSE / 2));

    let trial = breaker.pass(now + PAUSE);
    assert!(trial.is_some());
    assert!(breaker.pass(now + PAUSE).is_none(), "one at a time");
}

#[test]
fn a_trial_that_succeeds_closes_it() {
    let (breaker, now) = breaker();
    while fail(&breaker, now) {}
    let now = now + PAUSE;
    assert!(succeed(&breaker, now));
    assert!(
        fail(&breaker, now) && fail(&breaker, now) && fail(&breaker, now),
        "three more to open it"
    );
}

#[test]
fn a_trial_that_fails_opens_it_again() {
    let (breaker, now) = breaker();
    while fail(&breaker, now) {}
    assert!(fail(&breaker, now + PAUSE));
    assert!(!succeed(&breaker, now + PAUSE), "open for another pause");
    assert!(succeed(&breaker, now + PAUSE * 2));
}

#[test]
fn a_trial_whose_caller_went_away_lets_the_next_one_try() {
    let (breaker, now) = breaker();
    while fail(&breaker, now) {}
    drop(breaker.pass(now + PAUSE));
    assert!(succeed(&breaker, now + PAUSE));
}

#[test]
fn a_call_from_before_it_opened_does_not_close_or_prolong_anything() {
    let (breaker, now) = breaker();
    let slow = breaker.pass(now);
    while fail(&breaker, now) {}
    if let Some(slow) = slow {
        slow.failed(now + PAUSE);
    }
    assert!(succeed(&breaker, now + PAUSE));
}

#[test]
fn who_was_given_next_to_no_time_has_not_failed_by_silence() {
    let (breaker, now) = breaker();
    let own = Duration::from_secs(2);
    let little = Duration::from_millis(999);
    let silent = |given| breaker.pass(now).map(|pass| pass.silent(given, own, now));
    for _ in 0..10 {
        assert!(silent(little).is_some());
    }
    for _ in 0..3 {
        assert!(silent(own / 2).is_some());
    }
    assert!(silent(own).is_none(), "now it is open");
}

#[test]
fn a_trial_without_time_lets_the_next_one_try() {
    let (breaker, now) = breaker();
    while fail(&breaker, now) {}
    if let Some(trial) = breaker.pass(now + PAUSE) {
        trial.silent(Duration::ZERO, PAUSE, now + PAUSE);
    }
    assert!(succeed(&breaker, now + PAUSE));
}

#[test]
fn its_state_is_measured() {
    let metrics = telemetry::metrics();
    let settings = BreakerSettings {
        failures: 1,
        pause: PAUSE,
    };
    let (breaker, now) = (Breaker::new("measured", settings), Instant::now());
    let shows = |state: &str| {
        let line = format!("client_circuit_state{{service=\"measured\"}} {state}\n");
        assert!(metrics.render().contains(&line), "{line}");
    };
    shows("0");
    fail(&breaker, now);
    shows("2");
    let trial = breaker.pass(now + PAUSE);
    shows("1");
    if let Some(trial) = trial {
        trial.succeeded();
    }
    shows("0");
}
