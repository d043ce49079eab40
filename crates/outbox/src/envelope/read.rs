//! Reading what lies in a stream, or as much of it as can be read.

use async_nats::HeaderMap;
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::{Envelope, HEARTBEAT};
use crate::event::Event;
use crate::trace::{TRACEPARENT, TRACESTATE, TraceContext};
use crate::{Position, ids};

/// A message that does not say what every message must.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Malformed {
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

/// What could be read of a message that cannot be applied.
#[derive(Debug)]
pub(crate) struct Illegible {
    pub(crate) cause: Malformed,
    pub(crate) position: Option<Position>,
    pub(crate) time: Option<Timestamp>,
    pub(crate) complete_at: Option<i64>,
    /// Whom it concerns; nothing when that could not be read, and it may be anybody.
    pub(crate) concerns: Option<Concerns>,
}

/// The ids in the headers of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Concerns {
    pub(crate) users: Vec<Uuid>,
    pub(crate) organizations: Vec<Uuid>,
    pub(crate) locations: Vec<Uuid>,
}

impl Envelope {
    /// Reads a message of the stream of `source`.
    pub(crate) fn read(
        source: &str,
        subject: &str,
        headers: &HeaderMap,
        payload: &[u8],
    ) -> Result<Self, Box<Illegible>> {
        let headers = Headers(headers);
        headers.envelope(source, subject, payload).map_err(|cause| {
            // A message that does not belong here is not believed in anything, nor is one without a source.
            let ours = headers.text("ce-source").is_ok_and(|named| named == source);
            let believed = (ours && !matches!(cause, Malformed::Misplaced(_))).then_some(&headers);
            Box::new(Illegible {
                position: believed.and_then(|headers| headers.position().ok()),
                time: believed.and_then(|headers| headers.parse("ce-time").ok()),
                complete_at: believed.and_then(|headers| headers.parse("ce-completeat").ok()),
                concerns: believed.and_then(|headers| headers.concerns().ok()),
                cause,
            })
        })
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

    fn optional<T: std::str::FromStr>(&self, name: &'static str) -> Result<Option<T>, Malformed> {
        self.get(name).map(|_| self.parse(name)).transpose()
    }

    fn ids(&self, name: &'static str) -> Result<Vec<Uuid>, Malformed> {
        ids::split(self.get(name).unwrap_or_default()).map_err(|_| Malformed::Unreadable(name))
    }

    /// The subject decides what the stream keeps, the headers what a reader believes: they must agree.
    fn envelope(&self, source: &str, subject: &str, payload: &[u8]) -> Result<Envelope, Malformed> {
        let position = self.position()?;
        let time = self.parse("ce-time")?;
        let envelope = if self.text("ce-type")? == HEARTBEAT {
            Envelope::Heartbeat {
                source: self.text("ce-source")?.to_owned(),
                position,
                time,
            }
        } else {
            Envelope::Event(Box::new(self.event(position, time, payload)?))
        };
        if self.text("ce-source")? != source || envelope.subject() != subject {
            return Err(Malformed::Misplaced(subject.to_owned()));
        }
        Ok(envelope)
    }

    fn position(&self) -> Result<Position, Malformed> {
        Ok(Position::new(
            self.parse("ce-epoch")?,
            self.parse("ce-position")?,
        ))
    }

    fn concerns(&self) -> Result<Concerns, Malformed> {
        Ok(Concerns {
            users: self.ids("ce-users")?,
            organizations: self.ids("ce-organizations")?,
            locations: self.ids("ce-locations")?,
        })
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
        let concerns = self.concerns()?;
        Ok(Event {
            source: self.text("ce-source")?.to_owned(),
            position,
            aggregate: aggregate.to_owned(),
            id: id
                .parse()
                .map_err(|_| Malformed::Unreadable("ce-subject"))?,
            generation: 0,
            complete_at: self.optional("ce-completeat")?,
            version: self.parse("ce-version")?,
            event_type: self.text("ce-type")?.to_owned(),
            time,
            state,
            users: concerns.users,
            organizations: concerns.organizations,
            locations: concerns.locations,
            trace: TraceContext {
                parent: self.get(TRACEPARENT).map(str::to_owned),
                state: self.get(TRACESTATE).map(str::to_owned),
            },
        })
    }
}
