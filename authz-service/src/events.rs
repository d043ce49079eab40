//! The events of others that are kept: of all services that own facts.

mod customers;
mod dealers;
mod monitoring;
mod systems;

use outbox::{Event, Handler};
use sqlx::PgConnection;

use crate::domain::{Kind, State};
use crate::store::{discard, keep};

/// Keeps what one owner of facts tells.
#[derive(Debug, Clone, Copy)]
pub struct FactEvents {
    /// The owner's name.
    pub source: &'static str,
    aggregates: &'static [Aggregate],
}

/// What is kept here of one kind of aggregate.
#[derive(Debug, Clone, Copy)]
struct Aggregate {
    name: &'static str,
    kind: Kind,
    /// The type of an event that tells its state.
    changed: &'static str,
    /// The type of an event that tells its end.
    removed: &'static str,
    /// What the state means here: nothing, if it grants nothing any more.
    state: fn(&Event) -> serde_json::Result<Option<State>>,
}

impl FactEvents {
    /// Those of all owners.
    pub const ALL: [Self; 4] = [
        Self::OF_CUSTOMERS,
        Self::OF_DEALERS,
        Self::OF_PROVIDERS,
        Self::OF_SYSTEMS,
    ];

    /// The types of events that are understood.
    pub fn types(&self) -> impl Iterator<Item = &'static str> {
        let aggregates = self.aggregates.iter();
        aggregates.flat_map(|aggregate| [aggregate.changed, aggregate.removed])
    }
}

impl Handler for FactEvents {
    async fn apply(&self, connection: &mut PgConnection, event: &Event) -> anyhow::Result<()> {
        let mut kept = self.aggregates.iter();
        let Some(kept) = kept.find(|kept| kept.name == event.aggregate) else {
            return Ok(());
        };
        let told = event.event_type.as_str();
        let state = if told == kept.changed {
            (kept.state)(event)?
        } else {
            // To pass over a form that is not understood would be to go on allowing what it may end.
            anyhow::ensure!(told == kept.removed, "{told} is not understood");
            None
        };
        keep(connection, event, kept.kind, state).await
    }

    async fn discard(
        &self,
        connection: &mut PgConnection,
        generation: i64,
        most: i64,
    ) -> anyhow::Result<u64> {
        Ok(discard(connection, generation, most).await?)
    }
}
