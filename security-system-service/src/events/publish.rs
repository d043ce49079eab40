//! A system's state in the published language. Each event holds the whole of it, never a change.

use access::SystemId;
use jiff::Timestamp;
use outbox::Message;
use security_system_events as language;

use crate::domain::{Action, State, System};

/// What is said with each change of a system.
#[derive(Debug, Clone)]
pub(crate) struct Deed {
    /// The person, if it was one.
    pub(crate) by: Option<language::ChangedBy>,
    /// What was done; nothing, when the system came into service.
    pub(crate) action: Option<language::Action>,
}

/// The system is so now.
pub(crate) fn changed(
    system: &System,
    deed: Deed,
    at: Timestamp,
) -> Result<Message, serde_json::Error> {
    let users = deed.by.as_ref().map(|by| by.user_id);
    let state = language::SystemState {
        system_id: system.id,
        location_id: system.location,
        customer_id: system.customer,
        state: system.state.into(),
        version: system.version,
        changed_by: deed.by,
        at,
        action: deed.action,
    };
    let message = Message::changed(
        language::system::AGGREGATE,
        system.id,
        system.version,
        language::system::CHANGED,
        &state,
    )?;
    Ok(message
        .users(users)
        .organizations([system.customer])
        .locations([system.location]))
}

/// The system is gone, for ever.
pub(crate) fn removed(system: &System) -> Message {
    let id: SystemId = system.id;
    Message::removed(
        language::system::AGGREGATE,
        id,
        system.version,
        language::system::REMOVED,
    )
    .organizations([system.customer])
    .locations([system.location])
}

impl From<State> for language::State {
    fn from(state: State) -> Self {
        match state {
            State::Disarmed => Self::Disarmed,
            State::Armed => Self::Armed,
            State::Alarmed => Self::Alarmed,
        }
    }
}

impl From<Action> for language::Action {
    fn from(action: Action) -> Self {
        match action {
            Action::Arm => Self::Arm,
            Action::Disarm => Self::Disarm,
            Action::Acknowledge => Self::Acknowledge,
        }
    }
}
