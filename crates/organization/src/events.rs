//! What is published: state, not deltas, in the words of each kind; and whom it concerns, which is
//! the same for all of them.

use outbox::Message;
use uuid::Uuid;

use crate::Kind;
use crate::domain::{Employment, Organization, OrganizationId, Team};

/// What has a version, and is published as a whole.
#[derive(Debug, Clone, Copy)]
pub enum Aggregate<'a> {
    /// An organization itself.
    Organization(&'a Organization),
    /// One of its people.
    Employment(&'a Employment),
    /// One of its teams.
    Team(&'a Team),
}

/// The names of a kind's events.
#[derive(Debug, Clone, Copy)]
pub struct Events {
    /// Those of an organization itself.
    pub organization: EventNames,
    /// Those of an employment.
    pub employment: EventNames,
    /// Those of a team.
    pub team: EventNames,
}

/// The names of the events of one kind of aggregate.
#[derive(Debug, Clone, Copy)]
pub struct EventNames {
    /// The kind of aggregate.
    pub aggregate: &'static str,
    /// It has this state.
    pub changed: &'static str,
    /// It is gone.
    pub removed: &'static str,
}

impl EventNames {
    /// These.
    #[must_use]
    pub const fn of(aggregate: &'static str, changed: &'static str, removed: &'static str) -> Self {
        Self {
            aggregate,
            changed,
            removed,
        }
    }
}

impl Aggregate<'_> {
    fn names(self, events: &Events) -> EventNames {
        match self {
            Self::Organization(_) => events.organization,
            Self::Employment(_) => events.employment,
            Self::Team(_) => events.team,
        }
    }

    fn id(self) -> Uuid {
        match self {
            Self::Organization(it) => it.id.0,
            Self::Employment(it) => it.id.as_uuid(),
            Self::Team(it) => it.id.as_uuid(),
        }
    }

    fn version(self) -> i64 {
        match self {
            Self::Organization(it) => it.version.0,
            Self::Employment(it) => it.version.0,
            Self::Team(it) => it.version.0,
        }
    }

    /// Repeats whom it names, for those who cannot read the state.
    fn concerning(self, message: Message) -> Message {
        match self {
            Self::Organization(it) => {
                let both = [it.id].into_iter().chain(it.appointee);
                message.organizations(both.map(|OrganizationId(id)| id))
            }
            Self::Employment(it) => message.users([it.user]).organizations([it.organization.0]),
            Self::Team(it) => message.organizations([it.organization.0]),
        }
    }
}

/// It was created or changed: this is how it is now.
pub(crate) fn changed(kind: &Kind, it: Aggregate<'_>) -> Result<Message, serde_json::Error> {
    let names = it.names(&kind.events);
    let state = (kind.state)(it)?;
    let message = Message::changed(
        names.aggregate,
        it.id(),
        it.version(),
        names.changed,
        &state,
    )?;
    let message = it.concerning(message);
    Ok(match it {
        Aggregate::Organization(_) => message,
        Aggregate::Employment(it) => message.locations(it.location_roles.keys().copied()),
        Aggregate::Team(it) => message.locations(it.roles.keys().copied()),
    })
}

/// It was removed as it was.
pub(crate) fn removed(kind: &Kind, it: Aggregate<'_>) -> Message {
    let names = it.names(&kind.events);
    let message = Message::removed(names.aggregate, it.id(), it.version() + 1, names.removed);
    it.concerning(message)
}
