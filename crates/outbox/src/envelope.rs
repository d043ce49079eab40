//! The wire form: CloudEvents 1.0 in binary mode over NATS, each attribute a `ce-` header and the
//! state as JSON in the payload. A tombstone has no payload, a heartbeat neither payload nor subject.

mod read;

use crate::event::Event;
use crate::trace::{TRACEPARENT, TRACESTATE};
use crate::{Position, ids};
use async_nats::HeaderMap;
use jiff::Timestamp;

pub(crate) use read::{Concerns, Illegible};

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

impl Envelope {
    pub(crate) fn position(&self) -> Position {
        match self {
            Self::Event(event) => event.position,
            Self::Heartbeat { position, .. } => *position,
        }
    }

    /// The position at which all is published that was published again with this.
    pub(crate) fn complete_at(&self) -> Option<i64> {
        match self {
            Self::Event(event) => event.complete_at,
            Self::Heartbeat { .. } => None,
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
    if let Some(position) = event.complete_at {
        headers.insert("ce-completeat", position.to_string());
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

#[cfg(test)]
mod tests;
