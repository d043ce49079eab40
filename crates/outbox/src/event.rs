use jiff::Timestamp;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::Value;
use uuid::Uuid;

use crate::trace::TraceContext;
use crate::{Message, Position};

/// A [`Message`](crate::Message) as it arrives at a reader.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The service that published it.
    pub source: String,
    /// Its place in that service's outbox.
    pub position: Position,
    /// The kind of aggregate, such as `employment`.
    pub aggregate: String,
    /// The aggregate's id.
    pub id: Uuid,
    /// The generation of the replica that it is to be written to. What is stored of it carries this number,
    /// and what is read is the generation that `outbox.generation(source)` says. 0 where nothing is kept.
    pub generation: i64,
    /// The aggregate's version. Store a state only over a lower `(epoch, version)`.
    pub version: i64,
    /// The CloudEvents type.
    pub event_type: String,
    /// When it was written.
    pub time: Timestamp,
    /// The whole state, or nothing for a tombstone.
    pub state: Option<Value>,
    /// The users whom the state names.
    pub users: Vec<Uuid>,
    /// The organizations that the state names.
    pub organizations: Vec<Uuid>,
    /// The locations that the state names.
    pub locations: Vec<Uuid>,
    /// Among messages that are published again, the position of the last of them: before that one is applied,
    /// they are not complete.
    pub(crate) complete_at: Option<i64>,
    pub(crate) trace: TraceContext,
}

impl Event {
    /// The event as which `message` arrives at a reader of `source`, to be written to `generation`: what a
    /// handler is given, for whoever tries one without a broker.
    #[must_use]
    pub fn of(
        message: Message,
        source: &str,
        position: Position,
        time: Timestamp,
        generation: i64,
    ) -> Self {
        Self {
            source: source.to_owned(),
            position,
            aggregate: message.aggregate.to_owned(),
            id: message.id,
            generation,
            version: message.version,
            event_type: message.event_type.to_owned(),
            time,
            state: message.state,
            users: message.users,
            organizations: message.organizations,
            locations: message.locations,
            complete_at: None,
            trace: TraceContext::default(),
        }
    }

    /// The state in the publisher's language, where that calls the aggregate by this id.
    ///
    /// # Errors
    ///
    /// When it is not in that language, or of another aggregate than the event is about; a tombstone has no state and is
    /// not either.
    pub fn state<T: DeserializeOwned, I: Into<Uuid>>(
        &self,
        id: impl FnOnce(&T) -> I,
    ) -> Result<T, serde_json::Error> {
        let state = T::deserialize(self.state.as_ref().unwrap_or(&Value::Null))?;
        let named: Uuid = id(&state).into();
        if named != self.id {
            let error = format!("the state of {} says that it is that of {named}", self.id);
            return Err(serde_json::Error::custom(error));
        }
        Ok(state)
    }
}
