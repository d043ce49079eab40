use frontend::model::attempts::{AttemptId, Attempts, carried_on};
use frontend::model::failure::Failure;
use frontend::model::moment::Moment;
use frontend::model::system::{Action, System};
use frontend::model::systems::{Systems, Tick};
use frontend::model::trouble::Trouble;

use crate::sample::{changed_by, id, system, without_actions};

const ME: Option<&str> = Some("me");

fn tried(action: Action, system: &System) -> (Attempts, AttemptId) {
    let mut attempts = Attempts::default();
    let attempt = attempts.begin(system, action).unwrap();
    (attempts, attempt)
}

fn no_answer() -> Failure {
    Failure::explain(
        Action::Disarm,
        &system("a", "ARMED", 7),
        &Trouble::NoAnswer,
        None,
    )
}

fn at() -> Moment {
    serde_json::from_str("\"2026-11-30T10:00:00Z\"").unwrap()
}

#[test]
fn pending_until_answered() {
    let armed = system("a", "ARMED", 7);
    let (mut attempts, attempt) = tried(Action::Disarm, &armed);
    assert_eq!(attempts.pending(&armed.id), Some(Action::Disarm));
    attempts.succeeded(&armed.id, attempt);
    assert_eq!(attempts.pending(&armed.id), None);
}

#[test]
fn one_attempt_at_a_time() {
    let armed = system("a", "ARMED", 7);
    let (mut attempts, _) = tried(Action::Disarm, &armed);
    assert_eq!(attempts.begin(&armed, Action::Disarm), None);
    assert!(
        attempts
            .begin(&system("b", "ARMED", 1), Action::Disarm)
            .is_some()
    );
}

#[test]
fn the_event_of_my_own_change_may_overtake_the_answer() {
    let armed = system("a", "ARMED", 7);
    let (mut attempts, attempt) = tried(Action::Disarm, &armed);
    attempts.seen(
        &changed_by("me", system("a", "DISARMED", 8)),
        Tick::default(),
        ME,
    );
    assert_eq!(attempts.pending(&armed.id), None);
    attempts.failed(&armed, attempt, Action::Disarm, no_answer(), at());
    assert_eq!(
        attempts.failure(&armed.id),
        None,
        "it is known to have happened"
    );
}

#[test]
fn somebody_elses_change_does_not_answer_mine() {
    let armed = system("a", "ARMED", 7);
    let (mut attempts, _) = tried(Action::Disarm, &armed);
    attempts.seen(
        &changed_by("ada", system("a", "DISARMED", 8)),
        Tick::default(),
        ME,
    );
    assert!(attempts.pending(&armed.id).is_some());
    attempts.seen(&system("a", "ARMED", 7), Tick::default(), ME);
    assert!(
        attempts.pending(&armed.id).is_some(),
        "an old version tells nothing"
    );
}

#[test]
fn a_failure_stays_until_it_is_read_or_no_longer_so() {
    let armed = system("a", "ARMED", 7);
    let (mut attempts, attempt) = tried(Action::Disarm, &armed);
    attempts.failed(&armed, attempt, Action::Disarm, no_answer(), at());
    assert_eq!(attempts.pending(&armed.id), None);
    attempts.seen(&armed, Tick::default(), ME);
    assert!(attempts.failure(&armed.id).is_some());
    let places: Vec<&str> = attempts.failures().map(|(_, place)| place).collect();
    assert_eq!(places, ["Harbor Tower"], "told even if the system is gone");

    let mut dismissed = attempts.clone();
    dismissed.dismiss(&armed.id);
    assert_eq!(dismissed.failure(&armed.id), None);

    attempts.seen(
        &changed_by("ada", system("a", "DISARMED", 8)),
        Tick::default(),
        ME,
    );
    assert_eq!(
        attempts.failure(&armed.id),
        None,
        "NOT DISARMED would be a lie now"
    );
}

#[test]
fn a_late_answer_is_not_taken_for_that_of_a_newer_attempt() {
    let armed = system("a", "ARMED", 7);
    let (mut attempts, first) = tried(Action::Disarm, &armed);
    attempts.failed(&armed, first, Action::Disarm, no_answer(), at());
    let second = attempts.begin(&armed, Action::Disarm).unwrap();
    attempts.succeeded(&armed.id, first);
    assert!(attempts.pending(&id("a")).is_some());
    attempts.succeeded(&armed.id, second);
    assert_eq!(attempts.pending(&id("a")), None);
}

#[test]
fn that_it_was_not_done_stays_when_the_reason_is_over() {
    let armed = system("a", "ARMED", 7);
    let (mut attempts, attempt) = tried(Action::Disarm, &armed);
    let mut clock = Systems::default();
    attempts.failed(&armed, attempt, Action::Disarm, no_answer(), at());
    let explaining = clock.ask();
    attempts.seen(&armed, explaining, ME);
    let told = clock.ask();
    attempts.told(&armed.id, told);
    attempts.seen(&armed, explaining, ME);
    let past = |attempts: &Attempts| attempts.failure(&id("a")).map(|failure| failure.past);
    assert_eq!(
        past(&attempts),
        Some(None),
        "what was asked for to explain it does not take it back"
    );
    let later = clock.ask();
    attempts.seen(&without_actions(armed.clone()), later, ME);
    assert_eq!(past(&attempts), Some(None), "it is not offered yet");

    attempts.seen(&armed, later, ME);
    assert_eq!(past(&attempts), Some(Some(at())));
    let failure = attempts.failure(&armed.id).unwrap();
    assert_eq!(failure.headline, "UNKNOWN WHETHER DISARMED");
    assert_eq!(failure.advice.as_deref(), Some("It can be tried again."));

    attempts.begin(&armed, Action::Disarm).unwrap();
    assert_eq!(attempts.failure(&armed.id), None, "tried again");
}

#[test]
fn without_an_answer_it_is_pending_as_long_as_it_may_be_done() {
    let after = |millis: i64| carried_on(at(), Moment::from_millis(at().millis() + millis));
    assert_eq!(after(0), 6_000, "another network, at once");
    assert_eq!(after(5_500), 500);
    assert_eq!(after(15_000), 0, "waited for longer than that");
    assert_eq!(after(-60_000), 6_000, "the clock was set back");
}
