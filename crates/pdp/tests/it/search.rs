//! What is found is what is allowed.

use pdp::{Cursors, Engine, Fields, Question, Search, Uid, Wanted};
use proptest::prelude::*;

use crate::against_cedar::{engine, unvalidated};
use crate::grammar::policies;
use crate::small_world::{changes, question};

const KEY: [u8; 32] = [7; 32];

/// All pages, one after the other.
fn all(engine: &Engine, mut search: Search) -> Vec<Uid> {
    let cursors = Cursors::new(KEY);
    let mut found = Vec::new();
    loop {
        let page = engine.view().search(&search, &cursors).unwrap();
        assert!(page.found.len() <= search.limit && page.tried <= search.tries);
        found.extend(page.found);
        match page.next {
            Some(next) => search.cursor = Some(next),
            None => return found,
        }
    }
}

fn search(question: &Question, wanted: Wanted) -> Search {
    let principals = matches!(wanted, Wanted::Principals { .. });
    let known = if principals {
        &question.resource
    } else {
        &question.principal
    };
    let vouched = if principals {
        question.resource_attributes.clone()
    } else {
        Fields::new()
    };
    Search {
        wanted,
        known: known.clone(),
        action: question.action.clone(),
        context: question.context.clone(),
        vouched,
        limit: 2,
        tries: 3,
        cursor: None,
    }
}

/// Everything of the type that any fact mentions and that the engine says yes to.
fn allowed(engine: &Engine, kind: &str, ask: impl Fn(Uid) -> Question) -> Vec<Uid> {
    let candidates = (1..=4).map(|id| Uid::new(kind, id.to_string()));
    let mentioned = candidates.filter(|uid| engine.view().mentions(uid));
    mentioned
        .filter(|uid| engine.view().ask(&ask(uid.clone())).unwrap().allowed)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn resources_are_found_exactly_where_they_are_allowed(policies in policies(), changes in changes(), question in question()) {
        let engine = engine(&unvalidated(&policies), &changes);
        let question = Question { resource_attributes: Fields::new(), ..question };
        for kind in ["Doc", "Folder"] {
            let found = all(&engine, search(&question, Wanted::Resources { kind: kind.to_owned() }));
            let allowed = allowed(&engine, kind, |resource| Question { resource, ..question.clone() });
            prop_assert_eq!(found, allowed);
        }
    }

    #[test]
    fn principals_are_found_exactly_where_they_are_allowed(policies in policies(), changes in changes(), question in question()) {
        let engine = engine(&unvalidated(&policies), &changes);
        let found = all(&engine, search(&question, Wanted::Principals { kind: "User".to_owned() }));
        let allowed = allowed(&engine, "User", |principal| Question { principal, ..question.clone() });
        prop_assert_eq!(found, allowed);
    }

    #[test]
    fn actions_are_found_exactly_where_they_are_allowed(policies in policies(), changes in changes(), question in question()) {
        let engine = engine(&unvalidated(&policies), &changes);
        let found = engine.view().actions(&question);
        for id in ["all", "list", "read", "reading", "write"] {
            let action = Uid::new("Action", id);
            let allowed = engine.view().ask(&Question { action: action.clone(), ..question.clone() }).unwrap().allowed;
            prop_assert_eq!(allowed, found.contains(&action));
        }
    }
}
