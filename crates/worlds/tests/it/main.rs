//! The model agrees with the law about worlds that no service has ever seen, histories are rich, and
//! what is smallest is small.

mod facts;

use std::collections::BTreeSet;

use access::{Decision, Operation, Question, Reach, decide};
use jiff::Timestamp;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use worlds::{Answer, History, Model, Step, USERS, instant, smallest};

use facts::Ledger;

/// Carries out what can be carried out, with ids that grow.
fn live(history: impl IntoIterator<Item = Step>) -> (Model, Ledger) {
    let users = (1..=u128::from(USERS)).map(|n| uuid::Uuid::from_u128(n).into());
    let mut model = Model::of(users);
    let mut ledger = Ledger::default();
    for step in history {
        ledger.carry_out(&mut model, &step);
    }
    (model, ledger)
}

fn told(ledger: &Ledger, question: &Question) -> Option<Answer> {
    let facts = ledger.facts(question.location);
    let on = |operation| -> Decision {
        let question = Question {
            operation,
            ..*question
        };
        decide(&question, &facts)
    };
    if on(Operation::View).is_allowed() {
        Answer::of(&on(question.operation))
    } else {
        Some(Answer::Hidden)
    }
}

#[test]
fn the_model_and_the_law_agree() {
    let (mut allowed, mut denied) = (0, 0);
    for seed in 0..120 {
        let mut rng = StdRng::seed_from_u64(seed);
        let history = History::new(StdRng::seed_from_u64(seed)).take(90);
        let (model, ledger) = live(history);
        for user in (0..USERS).filter_map(|user| model.cast.user(user)) {
            let seen: BTreeSet<_> = ledger.visible(user);
            assert_eq!(model.visible(user), seen, "seed {seed}");
            for (_, location) in model.cast.locations() {
                for operation in Operation::ALL.into_iter().cycle().take(12) {
                    let at: Timestamp = instant(&mut rng);
                    let question = Question {
                        user,
                        operation,
                        location,
                        at,
                    };
                    let answer = model.answer(user, operation, location, at);
                    assert_eq!(
                        answer,
                        told(&ledger, &question).unwrap(),
                        "seed {seed}: {question:?}"
                    );
                    allowed += u32::from(matches!(answer, Answer::Allowed(_)));
                    denied += u32::from(matches!(answer, Answer::Denied(_)));
                }
            }
        }
    }
    assert!(
        allowed > 1000 && denied > 500,
        "questions with one answer show nothing: {allowed} allowed, {denied} denied"
    );
}

#[test]
fn a_history_is_a_function_of_its_seed() {
    let of = |seed| -> Vec<Step> {
        History::new(StdRng::seed_from_u64(seed))
            .take(200)
            .collect()
    };
    assert_eq!(of(7), of(7));
    assert_ne!(of(7), of(8));
}

#[tokio::test]
async fn what_is_smallest_has_nothing_to_spare() {
    let needed = [13, 57, 58];
    let shows = async |numbers: &[u32]| needed.iter().all(|number| numbers.contains(number));
    assert_eq!(smallest((0..100).collect(), shows).await, needed);
}

#[test]
fn reach_is_what_is_seen() {
    let (model, ledger) = live(History::new(StdRng::seed_from_u64(3)).take(150));
    for user in (0..USERS).filter_map(|user| model.cast.user(user)) {
        for (_, location) in model.cast.locations() {
            let facts = ledger.facts(location);
            let covered = facts
                .location
                .as_ref()
                .is_some_and(|location| Reach::of(user, &facts).covers(location));
            assert_eq!(model.visible(user).contains(&location), covered);
        }
    }
}
