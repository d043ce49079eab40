//! What security-system-service tells: where systems are.

use security_system_events::{SOURCE, SystemState, system};

use super::{Aggregate, FactEvents};
use crate::domain::{Kind, State};

impl FactEvents {
    /// Keeps where systems are.
    pub const OF_SYSTEMS: Self = Self {
        source: SOURCE,
        aggregates: &[Aggregate {
            name: system::AGGREGATE,
            kind: Kind::System,
            changed: system::CHANGED,
            removed: system::REMOVED,
            state: |event| {
                let state = event.state(|it: &SystemState| it.system_id)?;
                Ok(Some(State::System {
                    id: state.system_id.as_uuid(),
                    location: state.location_id,
                }))
            },
        }],
    };
}
