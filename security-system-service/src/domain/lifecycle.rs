//! From the first intention to install a system to the last trace of it.
//!
//! ```text
//!               reserved             removed              released
//!    PENDING ─────────────▶ ACTIVE ───────────▶ REMOVING ───────────▶ REMOVED
//!       │                                          ▲
//!       └──────────────────────────────────────────┘
//!                  definitely refused
//! ```
//!
//! What is PENDING or REMOVING is unfinished: the owner of the location has still to be told.

use access::{LocationId, SystemId};

use super::State;

/// How far a system has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifecycle {
    /// Its location is being reserved; nobody sees the system yet.
    Pending {
        /// The version of the location that was seen when the installation was authorized.
        location_version: i64,
    },
    /// It is in service, and does this.
    Active(State),
    /// It is gone for everybody; its location is being released.
    Removing,
    /// Nothing is left of it.
    Removed,
}

/// A system, whether in service or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Which system.
    pub id: SystemId,
    /// Where.
    pub location: LocationId,
    /// How far it has come.
    pub lifecycle: Lifecycle,
}
