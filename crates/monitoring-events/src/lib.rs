//! What monitoring-service tells the world: the published language of its events.
//!
//! Each event holds the **whole authorization-relevant state** of one aggregate, never a change, and
//! the names that others display. A reader needs only the last event of each aggregate. An aggregate
//! that is gone has a tombstone: an event of its `REMOVED` type, without a state.
//!
//! | aggregate | state | says |
//! |---|---|---|
//! | [`monitoring_provider`] | [`MonitoringProviderState`] | who watches systems |
//! | [`employment`] | [`EmploymentState`] | a person at a monitoring provider, with all roles and the schedule |
//! | [`team`] | [`TeamState`] | roles at locations, for its members |
//!
//! A state that was ever published can be read for ever: `golden/` holds one JSON document for each
//! version of each type, and a test reads them all. A change that adds an optional meaning adds a
//! field; a change of meaning is a new version, a new type beside the old one.
//!
//! What is *absent* here is never *unrestricted*: the field that restricts (`schedule`) must be
//! said, as `null` where there is none. A document without it is not understood, and a reader that
//! does not understand an aggregate does not decide on it.

mod employment_state;
mod monitoring_provider_state;
mod team_state;

pub use employment_state::{EmploymentState, ProviderRole};
pub use monitoring_provider_state::MonitoringProviderState;
pub use team_state::TeamState;

/// The stream, and the name of the service that publishes it.
pub const SOURCE: &str = "monitoring-service";

/// Names for the events of a monitoring provider.
pub mod monitoring_provider {
    /// The kind of aggregate.
    pub const AGGREGATE: &str = "monitoring-provider";
    /// It has this state.
    pub const CHANGED: &str = "io.realguardio.monitoring.monitoring-provider.changed.v1";
    /// It is gone.
    pub const REMOVED: &str = "io.realguardio.monitoring.monitoring-provider.removed.v1";
}

/// Names for the events of an employment.
pub mod employment {
    /// The kind of aggregate.
    pub const AGGREGATE: &str = "employment";
    /// It has this state.
    pub const CHANGED: &str = "io.realguardio.monitoring.employment.changed.v1";
    /// It is gone.
    pub const REMOVED: &str = "io.realguardio.monitoring.employment.removed.v1";
}

/// Names for the events of a team.
pub mod team {
    /// The kind of aggregate.
    pub const AGGREGATE: &str = "team";
    /// It has this state.
    pub const CHANGED: &str = "io.realguardio.monitoring.team.changed.v1";
    /// It is gone.
    pub const REMOVED: &str = "io.realguardio.monitoring.team.removed.v1";
}
