//! Systems that cannot be shown now.

use frontend::model::page::Page;
use frontend::model::system::System;
use frontend::model::systems::Systems;

use crate::sample::{id, system};

/// A list on which these cannot be shown.
fn page(items: Vec<System>, undecided: &[&str]) -> Page<System> {
    Page {
        items,
        next_page: None,
        undecided: undecided.iter().map(|id| (*id).to_owned()).collect(),
        age: 0,
    }
}

fn read(systems: &mut Systems, items: Vec<System>, undecided: &[&str]) {
    let asked = systems.ask();
    systems.read(asked, page(items, undecided));
}

#[test]
fn what_cannot_be_shown_is_said_and_asked_for_again() {
    let mut systems = Systems::default();
    read(&mut systems, vec![system("a", "ARMED", 7)], &["b"]);
    assert!(
        systems
            .late()
            .unwrap()
            .starts_with("1 system cannot be shown")
    );
    assert!(systems.are_undecided());
    assert_eq!(systems.summary(), "1 armed, 1 not shown");
    read(&mut systems, vec![], &["a", "b"]);
    assert!(systems.late().unwrap().starts_with("2 systems"));
    assert!(systems.get(&id("a")).is_none());
    read(&mut systems, vec![system("a", "ARMED", 7)], &[]);
    assert_eq!(systems.late(), None);
    assert!(!systems.are_undecided());
}

#[test]
fn a_list_of_nothing_but_such_is_not_empty() {
    let mut systems = Systems::default();
    read(&mut systems, vec![], &["a"]);
    assert!(!systems.is_empty());
    assert_eq!(systems.summary(), "1 not shown");
}

#[test]
fn what_is_told_of_it_later_counts_whenever_the_list_arrives() {
    let mut systems = Systems::default();
    read(&mut systems, vec![], &["a", "b", "c"]);
    systems.told(system("a", "ARMED", 7));
    systems.remove(&id("b"));
    assert!(systems.late().unwrap().starts_with("1 system"));
    let asked = systems.ask();
    systems.told(system("c", "ARMED", 7));
    systems.read(asked, page(vec![], &["c"]));
    assert_eq!(systems.late(), None);
    assert!(systems.get(&id("c")).is_some());
}

#[test]
fn pages_are_put_together_with_what_is_late_on_each() {
    let mut systems = Systems::default();
    let asked = systems.ask();
    let mut first = page(vec![system("a", "ARMED", 7)], &["b"]);
    first.next_page = Some("more".to_owned());
    systems.read(asked, first);
    systems.extend(asked, page(vec![], &["c"]));
    assert!(systems.late().unwrap().starts_with("2 systems"));
}
