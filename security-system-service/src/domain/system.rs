//! A security system.

use access::{CustomerId, LocationId, SystemId, UserId};
use jiff::Timestamp;

use super::State;

/// A system in service: its location is reserved for it, and it has not been removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// Which system.
    pub id: SystemId,
    /// Where it is, for ever.
    pub location: LocationId,
    /// Whose location that is, for ever.
    pub customer: CustomerId,
    /// What it is doing.
    pub state: State,
    /// Counts the changes of its state.
    pub version: i64,
    /// What its place is called.
    pub names: Names,
    /// How it came to have this version; nothing, where it is the first.
    pub changed: Option<LastChange>,
}

/// What the place of a system is called, as far as was heard of it. To be shown: nothing is decided by it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The location's name.
    pub location: String,
    /// Its owner's name.
    pub customer: String,
}

/// How a system came to have its version, as its history tells. To be shown: nothing is decided by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastChange {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: Actor,
    /// What: an action, or `ALARM`.
    pub action: String,
}

/// A person, or a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person, if it was one.
    pub user: Option<UserId>,
    /// Their name, as it was then; or the machine's.
    pub name: String,
}
