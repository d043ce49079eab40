//! A security system.

use access::{CustomerId, LocationId, SystemId};

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
}

/// What the place of a system is called, as far as was heard of it. To be shown: nothing is decided by it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The location's name.
    pub location: String,
    /// Its owner's name.
    pub customer: String,
}
