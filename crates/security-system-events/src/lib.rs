//! What security-system-service tells the world: the published language of its events.
//!
//! Each event holds the **whole state** of one security system, never a change, together with who last
//! changed it and how, so that a display needs to ask nobody. A system that was removed has a
//! tombstone: an event of type [`system::REMOVED`], without a state.
//!
//! A state that was ever published can be read for ever: `golden/` holds one JSON document for each
//! version of each type, and a test reads them all.

mod system_state;

pub use system_state::{Action, ChangedBy, State, SystemState};

/// The stream, and the name of the service that publishes it.
pub const SOURCE: &str = "security-system-service";

/// Names for the events of a security system.
pub mod system {
    /// The kind of aggregate.
    pub const AGGREGATE: &str = "security-system";
    /// It has this state.
    pub const CHANGED: &str = "io.realguardio.security-system.changed.v1";
    /// It is gone.
    pub const REMOVED: &str = "io.realguardio.security-system.removed.v1";
}
