//! The wire form: CloudEvents 1.0 in binary mode over NATS, each attribute a `ce-` header and the
//! state as JSON in the payload. A tombstone has no payload, a heartbeat neither payload nor subject.

use async_nats::HeaderMap;
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::event::Event;
use crate::trace::{TRACEPARENT, TRACESTATE, TraceContext};
use crate::{Position, ids};

const HEARTBEAT: &str = "io.realguardio.heartbeat.v1";

/// One message of a stream.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Envelope {
    /// The state of an aggregate.
    Event(Box<Event>),
    /// Nothing happened: up to `position` the outbox had been published at `time`.
    Heartbeat {
        source: String,
        position: Position,
        time: Timestamp,
    },
}

/// A message that does not say what every message must.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    /// A header is missing.
    #[error("no header {0}")]
    Missing(&'static str),
    /// A header's value is not what it must be.
    #[error("the header {0} cannot be read")]
    Unreadable(&'static str),
    /// The state is not JSON.
    #[error("the state is not JSON")]
    State(#[from] serde_json::Error),
    /// The message lies on a subject that is not the one it speaks of.
    #[error("it does not belong on the subject {0}")]
    Misplaced(String),
}

impl Envelope {
    pub(crate) fn position(&self) -> Position {
        match self {
            Self::Event(event) => event.position,
            Self::Heartbeat { position, .. } => *position,
        }
    }

    pub(crate) fn time(&self) -> Timestamp {
        match self {
            Self::Event(event) => event.time,
            Self::Heartbeat { time, .. } => *time,
        }
    }

    /// `<source>.<aggregate>.<id>`, or `<source>.heartbeat`: of each the stream keeps the last.
    pub(crate) fn subject(&self) -> String {
        match self {
            Self::Event(event) => format!("{}.{}.{}", event.source, event.aggregate, event.id),
            Self::Heartbeat { source, .. } => format!("{source}.heartbeat"),
        }
    }

    pub(crate) fn payload(&self) -> Vec<u8> {
        match self {
            Self::Event(event) => event
                .state
                .as_ref()
                .map(|state| state.to_string().into_bytes())
                .unwrap_or_default(),
            Self::Heartbeat { .. } => Vec::new(),
        }
    }

    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("ce-specversion", "1.0");
        headers.insert("ce-epoch", self.position().epoch.to_string());
        headers.insert("ce-position", self.position().position.to_string());
        headers.insert("ce-time", self.time().to_string());
        match self {
            Self::Event(event) => event_headers(&mut headers, event),
            Self::Heartbeat {
                source,
                position,
                time,
            } => {
                headers.insert("ce-source", source.as_str());
                headers.insert("ce-id", format!("heartbeat:{position}:{time}"));
                headers.insert("ce-type", HEARTBEAT);
            }
        }
        headers
    }

    /// Reads a message of the stream of `source`.
    ///
    /// The subject decides what the stream keeps, the headers what a reader believes: they must agree.
    pub(crate) fn read(
        source: &str,
        subject: &str,
        headers: &HeaderMap,
        payload: &[u8],
    ) -> Result<Self, Malformed> {
        let headers = Headers(headers);
        let position = Position::new(headers.parse("ce-epoch")?, headers.parse("ce-position")?);
        let time = headers.parse("ce-time")?;
        let envelope = if headers.text("ce-type")? == HEARTBEAT {
            Self::Heartbeat {
                source: headers.text("ce-source")?.to_owned(),
                position,
                time,
            }
        } else {
            Self::Event(Box::new(headers.event(position, time, payload)?))
        };
        if headers.text("ce-source")? != source || envelope.subject() != subject {
            return Err(Malformed::Misplaced(subject.to_owned()));
        }
        Ok(envelope)
    }
}

fn event_headers(headers: &mut HeaderMap, event: &Event) {
    headers.insert("ce-source", event.source.as_str());
    headers.insert("ce-id", event.position.to_string());
    headers.insert("ce-type", event.event_type.as_str());
    headers.insert("ce-subject", format!("{}/{}", event.aggregate, event.id));
    headers.insert("ce-version", event.version.to_string());
    for (name, ids) in [
        ("ce-users", &event.users),
        ("ce-organizations", &event.organizations),
        ("ce-locations", &event.locations),
    ] {
        if !ids.is_empty() {
            headers.insert(name, ids::join(ids));
        }
    }
    if event.state.is_some() {
        headers.insert("content-type", "application/json");
    }
    for (name, value) in [
        (TRACEPARENT, &event.trace.parent),
        (TRACESTATE, &event.trace.state),
    ] {
        if let Some(value) = value {
            headers.insert(name, value.as_str());
        }
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Headers<'_> {
    fn get(&self, name: &'static str) -> Option<&str> {
        self.0.get(name).map(async_nats::HeaderValue::as_str)
    }

    fn text(&self, name: &'static str) -> Result<&str, Malformed> {
        self.get(name).ok_or(Malformed::Missing(name))
    }

    fn parse<T: std::str::FromStr>(&self, name: &'static str) -> Result<T, Malformed> {
        self.text(name)?
            .parse()
            .map_err(|_| Malformed::Unreadable(name))
    }

    fn ids(&self, name: &'static str) -> Result<Vec<Uuid>, Malformed> {
        ids::split(self.get(name).unwrap_or_default()).map_err(|_| Malformed::Unreadable(name))
    }

    fn event(
        &self,
        position: Position,
        time: Timestamp,
        payload: &[u8],
    ) -> Result<Event, Malformed> {
        let (aggregate, id) = self
            .text("ce-subject")?
            .split_once('/')
            .ok_or(Malformed::Unreadable("ce-subject"))?;
        let state: Option<Value> = if payload.is_empty() {
            None
        } else {
            Some(serde_json::from_slice(payload)?)
        };
        Ok(Event {
            source: self.text("ce-source")?.to_owned(),
            position,
            aggregate: aggregate.to_owned(),
            id: id
                .parse()
                .map_err(|_| Malformed::Unreadable("ce-subject"))?,
            generation: 0,
            version: self.parse("ce-version")?,
            event_type: self.text("ce-type")?.to_owned(),
            time,
            state,
            users: self.ids("ce-users")?,
            organizations: self.ids("ce-organizations")?,
            locations: self.ids("ce-locations")?,
            trace: TraceContext {
                parent: self.get(TRACEPARENT).map(str::to_owned),
                state: self.get(TRACESTATE).map(str::to_owned),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        Event {
            source: "customer-service".to_owned(),
            position: Position::new(1, 42),
            aggregate: "employment".to_owned(),
            id: Uuid::from_u128(7),
            generation: 0,
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
    fn a_message_on_a_foreign_subject_is_refused() {
        let envelope = Envelope::Event(Box::new(event()));
        let read = |source, subject| {
            Envelope::read(source, subject, &envelope.headers(), &envelope.payload())
        };
        let foreign = "iam-service.employment.00000000-0000-0000-0000-000000000007";
        assert!(matches!(
            read("iam-service", foreign),
            Err(Malformed::Misplaced(_))
        ));
        assert!(matches!(
            read("customer-service", "customer-service.heartbeat"),
            Err(Malformed::Misplaced(_))
        ));
    }
}
