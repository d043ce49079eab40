use frontend::model::page::Page;
use frontend::model::system::{State, System};
use frontend::model::systems::Systems;
use serde_json::{Value, json};

use crate::sample::{changed_by, id, system, without_actions};

fn page(items: Vec<System>, next_page: Option<&str>) -> Page<System> {
    Page {
        items,
        next_page: next_page.map(ToOwned::to_owned),
        undecided: Vec::new(),
        age: 0,
    }
}

fn listed(systems: &Systems) -> Vec<String> {
    systems.listed().map(|system| system.id.0.clone()).collect()
}

/// Reads a list that is answered at once.
fn with(items: Vec<System>) -> Systems {
    let mut systems = Systems::default();
    let asked = systems.ask();
    systems.read(asked, page(items, None));
    systems
}

#[test]
fn an_unread_list_is_not_an_empty_one() {
    let mut systems = Systems::default();
    assert!(!systems.is_read());
    systems.told(system("a", "ARMED", 1));
    assert_eq!(
        listed(&systems),
        Vec::<String>::new(),
        "where it belongs is not known yet"
    );
    let asked = systems.ask();
    systems.read(asked, page(vec![], None));
    assert!(systems.is_read());
}

#[test]
fn what_is_told_while_the_list_is_being_read_is_newer_than_the_list() {
    let mut systems = Systems::default();
    let asked = systems.ask();
    systems.told(system("a", "DISARMED", 8));
    systems.read(asked, page(vec![system("a", "ARMED", 7)], None));
    assert_eq!(systems.get(&id("a")).unwrap().state, State::Disarmed);
}

#[test]
fn the_higher_version_wins_in_whatever_order_it_comes() {
    let mut systems = with(vec![system("a", "ARMED", 7)]);
    systems.told(system("a", "ARMED", 9));
    systems.told(system("a", "DISARMED", 8));
    assert_eq!(systems.get(&id("a")).unwrap().version, 9);
}

#[test]
fn of_equal_versions_the_one_asked_for_later_wins() {
    let mut systems = with(vec![system("a", "ARMED", 7)]);
    let asked_before = systems.ask();
    systems.told(without_actions(system("a", "ARMED", 7)));
    systems.offer(asked_before, system("a", "ARMED", 7));
    assert_eq!(
        systems.get(&id("a")).unwrap().actions,
        vec![],
        "the role was withdrawn after the reading had begun"
    );
    let asked_after = systems.ask();
    systems.offer(asked_after, system("a", "ARMED", 7));
    assert_eq!(systems.get(&id("a")).unwrap().actions.len(), 1);
}

#[test]
fn who_changed_it_is_told_by_the_list_and_by_what_comes_after_it() {
    let ada_armed = || changed_by("ada", system("a", "ARMED", 7));
    let is_by = |systems: &Systems, who: &str| {
        let change = systems.get(&id("a")).unwrap().changed.clone();
        change.unwrap().is_by(who)
    };
    let mut systems = with(vec![ada_armed(), system("b", "DISARMED", 1)]);
    assert!(is_by(&systems, "ada"));
    let untouched = systems.get(&id("b")).unwrap();
    assert!(untouched.is_untouched() && untouched.changed.is_none());
    let asked = systems.ask();
    systems.told(changed_by("bo", system("a", "DISARMED", 8)));
    systems.read(asked, page(vec![ada_armed()], None));
    assert!(is_by(&systems, "bo"), "the list was asked for before");
    let asked = systems.ask();
    systems.read(
        asked,
        page(vec![changed_by("cy", system("a", "ARMED", 9))], None),
    );
    assert!(is_by(&systems, "cy"), "while nobody was there to tell");
}

#[test]
fn a_page_says_of_each_system_who_changed_it() {
    let item = |id: &str, version: u64, changed: Value| {
        json!({
            "id": id, "location": { "id": id, "name": "Harbor Tower" },
            "customer": { "id": "c", "name": "Blue Harbor Offices" },
            "state": "DISARMED", "version": version, "changed": changed,
        })
    };
    let change = json!({
        "by": { "userId": "u", "name": "Ada Ruiz" }, "at": "2026-11-22T10:00:00Z", "action": "DISARM",
    });
    let body =
        json!({ "items": [item("a", 8, change), item("b", 1, json!(null))], "nextPage": null });
    let page: Page<System> = serde_json::from_value(body).unwrap();
    let change = page.items[0].changed.as_ref().unwrap();
    assert_eq!(change.sentence(), "Disarmed by Ada Ruiz");
    assert_eq!(page.items[1].changed, None);
    assert!(page.items[1].is_untouched() && !page.items[0].is_untouched());
}

#[test]
fn what_is_gone_does_not_come_back_with_an_old_answer() {
    let mut systems = with(vec![system("a", "ARMED", 7), system("b", "ARMED", 1)]);
    let asked = systems.ask();
    systems.remove(&id("a"));
    systems.read(
        asked,
        page(vec![system("a", "ARMED", 7), system("b", "ARMED", 1)], None),
    );
    assert_eq!(listed(&systems), ["b"]);
    let asked = systems.ask();
    systems.read(
        asked,
        page(vec![system("a", "ARMED", 7), system("b", "ARMED", 1)], None),
    );
    assert_eq!(listed(&systems), ["a", "b"], "the role was given back");
}

#[test]
fn a_reading_takes_away_what_it_lacks_but_not_what_was_told_since() {
    let mut systems = with(vec![system("a", "ARMED", 7), system("b", "ARMED", 1)]);
    let asked = systems.ask();
    systems.told(system("c", "ARMED", 1));
    systems.read(asked, page(vec![system("b", "ARMED", 1)], None));
    assert_eq!(listed(&systems), ["b", "c"]);
}

#[test]
fn the_list_reaches_as_far_as_it_was_read() {
    let mut systems = Systems::default();
    let asked = systems.ask();
    systems.read(
        asked,
        page(
            vec![system("a", "ARMED", 1), system("c", "ARMED", 1)],
            Some("after-c"),
        ),
    );
    systems.told(system("b", "ARMED", 1));
    systems.told(system("d", "ARMED", 1));
    assert_eq!(listed(&systems), ["a", "b", "c"]);
    assert!(systems.get(&id("d")).is_some(), "known, but further down");
    assert_eq!(systems.next_page(), Some("after-c"));

    let asked = systems.ask();
    systems.extend(
        asked,
        page(
            vec![system("d", "DISARMED", 2), system("e", "ARMED", 1)],
            None,
        ),
    );
    assert_eq!(listed(&systems), ["a", "b", "c", "d", "e"]);
    assert_eq!(systems.next_page(), None);
    assert_eq!(systems.summary(), "4 armed, 1 disarmed");
}

#[test]
fn reading_again_forgets_what_nothing_vouches_for_but_not_what_is_open() {
    let mut systems = Systems::default();
    systems.told(system("y", "ALARMED", 1));
    systems.told(system("z", "ARMED", 1));
    systems.open(Some(id("z")));
    let asked = systems.ask();
    systems.read(asked, page(vec![system("a", "ARMED", 1)], Some("after-a")));
    assert!(systems.get(&id("y")).is_none());
    assert!(systems.get(&id("z")).is_some());
    assert_eq!(
        systems.opened_beyond_reach(),
        Some(&id("z")),
        "to be read by itself"
    );
    systems.open(Some(id("a")));
    assert_eq!(systems.opened_beyond_reach(), None);
}

#[test]
fn a_page_asked_for_before_the_list_was_read_again_comes_too_late() {
    let mut systems = Systems::default();
    let asked = systems.ask();
    systems.read(asked, page(vec![system("a", "ARMED", 1)], Some("after-a")));
    let more = systems.ask();
    let again = systems.ask();
    systems.told(system("b", "DISARMED", 2));
    systems.read(again, page(vec![system("a", "ARMED", 1)], Some("after-a")));
    systems.extend(more, page(vec![system("b", "ARMED", 1)], None));
    assert_eq!(listed(&systems), ["a"]);
    assert_eq!(
        systems.next_page(),
        Some("after-a"),
        "to be asked for again"
    );
}

#[test]
fn a_page_may_be_empty_and_not_be_the_last() {
    let mut systems = Systems::default();
    let asked = systems.ask();
    systems.read(asked, page(vec![system("b", "ARMED", 1)], Some("after-b")));
    systems.told(system("a", "ARMED", 1));
    systems.told(system("c", "ARMED", 1));
    let more = systems.ask();
    systems.extend(more, page(vec![], Some("further")));
    assert_eq!(listed(&systems), ["a", "b"]);
    assert_eq!(systems.next_page(), Some("further"));
    let more = systems.ask();
    systems.extend(more, page(vec![system("d", "ARMED", 1)], None));
    assert_eq!(listed(&systems), ["a", "b", "c", "d"]);
}

#[test]
fn a_list_that_begins_with_an_empty_page_lists_nothing_yet() {
    let mut systems = with(vec![system("a", "ARMED", 1)]);
    assert!(!systems.is_empty());
    let asked = systems.ask();
    systems.read(asked, page(vec![], Some("further")));
    systems.told(system("b", "ARMED", 1));
    assert!(systems.is_read());
    assert_eq!(listed(&systems), Vec::<String>::new());
    assert_eq!(systems.next_page(), Some("further"));
    assert!(!systems.is_empty(), "there is more to be read");
    let asked = systems.ask();
    systems.read(asked, page(vec![], None));
    systems.remove(&id("b"));
    assert!(systems.is_empty());
}

#[test]
fn that_there_are_none_is_said_once_it_is_known() {
    let mut systems = Systems::default();
    assert_eq!(systems.summary(), "");
    let asked = systems.ask();
    systems.read(asked, page(Vec::new(), None));
    assert_eq!(systems.summary(), "No systems");
}
