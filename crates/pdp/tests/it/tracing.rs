//! What an answer was read from is enough to answer once more.

use pdp::{Change, Engine, Entity, Policies, Question, View};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::against_cedar::{engine, unvalidated};
use crate::grammar::policies;
use crate::library::{library, may};
use crate::small_world::{changes, question};

/// The answer by what is told of it alone, after it has been written down and read again.
fn again(policies: &Policies, view: &View, question: &Question) -> (pdp::Answer, pdp::Answer) {
    let traced = view.trace(question, usize::MAX).unwrap();
    let written = pdp::entities(&traced.facts.unwrap()).to_string();
    let read: Vec<Entity> = serde_json::from_str(&written).unwrap();
    let facts = read.into_iter().flat_map(|entity| entity.facts().unwrap());
    let fresh = Engine::new(policies).unwrap();
    let known = fresh.view().with(facts.map(Change::Add)).unwrap();
    let mut answer = known.ask(question).unwrap();
    answer.revision = traced.answer.revision;
    (traced.answer, answer)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Policies of every kind, those that only Cedar can evaluate included.
    #[test]
    fn what_was_read_answers_the_same(policies in policies(), changes in changes(), questions in vec(question(), 8)) {
        let policies = unvalidated(&policies);
        let engine = engine(&policies, &changes);
        let view = engine.view();
        for question in questions {
            let (first, second) = again(&policies, &view, &question);
            prop_assert_eq!(&first, &view.ask(&question).unwrap());
            prop_assert_eq!(first, second, "{:?}", question);
        }
    }
}

#[test]
fn what_was_not_read_is_not_told() {
    let view = library().view();
    let question = may("ben", "read", "map");
    let traced = view.trace(&question, 100).unwrap();
    let facts: Vec<_> = traced
        .facts
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(traced.answer.allowed);
    for fact in [
        r#"Document::"map".shelf == Shelf::"first""#,
        r#"Shelf::"first".readers == Group::"everybody""#,
    ] {
        assert!(facts.contains(&fact.to_owned()), "{fact} in {facts:?}");
    }
    assert!(!facts.iter().any(|fact| fact.contains("ann")), "{facts:?}");
    assert_eq!(view.trace(&question, facts.len() - 1).unwrap().facts, None);
    assert!(view.trace(&question, facts.len()).unwrap().facts.is_some());
}
