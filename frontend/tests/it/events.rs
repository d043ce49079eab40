use frontend::model::change::Happening;
use frontend::model::event::{Event, NAMES};
use frontend::model::system::State;

use crate::sample::id;

#[test]
fn a_system_comes_with_who_changed_it() {
    let data = r#"{"id":"a","location":{"id":"l","name":"Harbor Tower"},"customer":{"id":"c","name":"Blue Harbor Offices"},
        "state":"DISARMED","version":8,
        "actions":["ARM"],"reasons":{"DISARM":"already-disarmed"},
        "changed":{"by":{"userId":"u","name":"Ada Ruiz"},"at":"2026-11-22T10:00:00Z","action":"DISARM"}}"#;
    let Event::System(system) = Event::decode("system", data).unwrap() else {
        panic!("not a system")
    };
    assert_eq!((system.state, system.version), (State::Disarmed, 8));
    let change = system.changed.unwrap();
    assert_eq!(change.sentence(), "Disarmed by Ada Ruiz");
    assert!(change.is_by("u"));
}

#[test]
fn the_panel_is_nobody() {
    let data = r#"{"id":"a","location":{"id":"l","name":"Harbor Tower"},"customer":{"id":"c","name":"Blue Harbor Offices"},
        "state":"ALARMED","version":9,
        "actions":[],"reasons":{},"changed":{"by":null,"at":"2026-11-22T10:00:00Z","action":"ALARM"}}"#;
    let Event::System(system) = Event::decode("system", data).unwrap() else {
        panic!("not a system")
    };
    let change = system.changed.unwrap();
    assert_eq!(change.action, Happening::Alarm);
    assert_eq!(change.sentence(), "Alarm raised");
}

#[test]
fn the_others_are_words() {
    assert_eq!(
        Event::decode("removed", r#"{"id":"a"}"#),
        Ok(Event::Removed(id("a")))
    );
    for (name, event) in [
        ("list", Event::List),
        ("stale", Event::Stale),
        ("fresh", Event::Fresh),
    ] {
        assert_eq!(Event::decode(name, ""), Ok(event.clone()));
        assert_eq!(Event::decode(name, "{}"), Ok(event));
    }
}

#[test]
fn what_cannot_be_read_says_what() {
    assert!(
        Event::decode("system", "{}")
            .unwrap_err()
            .contains("`system`")
    );
    assert!(Event::decode("weather", "{}").is_err());
}

#[test]
fn every_name_that_is_subscribed_to_can_be_read() {
    for name in NAMES {
        let outcome = Event::decode(name, "{}");
        assert!(
            !outcome.is_err_and(|error| error.contains("unknown")),
            "{name}"
        );
    }
}
