use uuid::Uuid;

use super::read::Malformed;
use super::*;
use crate::trace::TraceContext;

fn event() -> Event {
    Event {
        source: "customer-service".to_owned(),
        position: Position::new(1, 42),
        aggregate: "employment".to_owned(),
        id: Uuid::from_u128(7),
        generation: 0,
        complete_at: None,
        version: 3,
        event_type: "io.realguardio.customer.employment.changed.v1".to_owned(),
        time: "2026-11-22T01:02:03.456Z".parse().unwrap(),
        state: Some(serde_json::json!({ "name": "Ada" })),
        users: vec![Uuid::from_u128(1), Uuid::from_u128(2)],
        organizations: vec![Uuid::from_u128(3)],
        locations: Vec::new(),
        trace: TraceContext {
            parent: Some("00-11-22-01".to_owned()),
            state: None,
        },
    }
}

fn read_back(envelope: &Envelope) -> Envelope {
    Envelope::read(
        "customer-service",
        &envelope.subject(),
        &envelope.headers(),
        &envelope.payload(),
    )
    .unwrap()
}

#[test]
fn reads_back_what_it_writes() {
    let tombstone = Event {
        state: None,
        trace: TraceContext::default(),
        ..event()
    };
    let heartbeat = Envelope::Heartbeat {
        source: "customer-service".to_owned(),
        position: Position::new(1, 42),
        time: "2026-11-22T01:02:03Z".parse().unwrap(),
    };
    for envelope in [
        Envelope::Event(Box::new(event())),
        Envelope::Event(Box::new(tombstone)),
        heartbeat,
    ] {
        assert_eq!(read_back(&envelope), envelope);
    }
}

#[test]
fn is_a_cloud_event_in_binary_mode() {
    let headers = Envelope::Event(Box::new(event())).headers();
    let get = |name: &str| headers.get(name).map(async_nats::HeaderValue::as_str);
    assert_eq!(get("ce-specversion"), Some("1.0"));
    assert_eq!(get("ce-id"), Some("1:42"));
    assert_eq!(get("ce-source"), Some("customer-service"));
    assert_eq!(
        get("ce-subject"),
        Some("employment/00000000-0000-0000-0000-000000000007")
    );
    assert_eq!(get("content-type"), Some("application/json"));
}

#[test]
fn a_message_on_a_foreign_subject_is_refused_and_not_believed_in_anything() {
    let envelope = Envelope::Event(Box::new(event()));
    let foreign = "iam-service.employment.00000000-0000-0000-0000-000000000007";
    for (source, subject) in [
        ("iam-service", foreign),
        ("customer-service", "customer-service.heartbeat"),
    ] {
        let refused = Envelope::read(source, subject, &envelope.headers(), &envelope.payload());
        let refused = refused.unwrap_err();
        assert!(matches!(refused.cause, Malformed::Misplaced(_)));
        assert_eq!((refused.position, refused.concerns), (None, None));
    }
}

/// Reads what `wreck` has left of an event.
fn wrecked(wreck: impl FnOnce(&mut HeaderMap, &mut Vec<u8>)) -> Illegible {
    let envelope = Envelope::Event(Box::new(Event {
        complete_at: Some(50),
        ..event()
    }));
    let (mut headers, mut payload) = (envelope.headers(), envelope.payload());
    wreck(&mut headers, &mut payload);
    *Envelope::read("customer-service", &envelope.subject(), &headers, &payload).unwrap_err()
}

#[test]
fn of_a_message_that_cannot_be_read_what_can_be_read_is_kept() {
    let state = wrecked(|_, payload| payload.truncate(3));
    assert_eq!(state.position, Some(Position::new(1, 42)));
    assert_eq!(state.complete_at, Some(50));
    assert_eq!(state.concerns.unwrap().organizations, [Uuid::from_u128(3)]);

    let version = wrecked(|headers, _| headers.insert("ce-version", "seven"));
    assert!(version.concerns.is_some());
}

/// Nobody knows whom it concerns, and an empty list would say: nobody.
#[test]
fn headers_that_cannot_be_read_are_not_taken_for_empty_ones() {
    let ids = wrecked(|headers, _| headers.insert("ce-users", "ada"));
    assert_eq!(ids.concerns, None);
    assert_eq!(ids.position, Some(Position::new(1, 42)));

    let bare = wrecked(|headers, _| *headers = HeaderMap::new());
    assert_eq!((bare.position, bare.concerns), (None, None));
}
