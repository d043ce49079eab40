//! What the organizations' services tell of facts: kept as it is told, once it is understood.

use outbox::Event;
use serde::de::DeserializeOwned;
use sqlx::PgConnection;

use crate::store::told;

/// Keeps what one service tells of facts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts(&'static [Kept]);

/// What is kept of one kind of aggregate.
#[derive(Debug, Clone, Copy)]
struct Kept {
    aggregate: &'static str,
    /// The type of an event that tells its state.
    changed: &'static str,
    /// The type of an event that tells its end.
    removed: &'static str,
    /// Whether the state is one that is understood.
    read: fn(&Event) -> serde_json::Result<()>,
}

macro_rules! kept {
    ($($language:ident::$aggregate:ident as $state:ident),+) => {
        Facts(&[$(Kept {
            aggregate: $language::$aggregate::AGGREGATE,
            changed: $language::$aggregate::CHANGED,
            removed: $language::$aggregate::REMOVED,
            read: understood::<$language::$state>,
        }),+])
    };
}

/// Of customers.
pub(super) const OF_CUSTOMERS: Facts = kept!(
    customer_events::customer as CustomerState,
    customer_events::location as LocationState,
    customer_events::employment as EmploymentState,
    customer_events::team as TeamState
);
/// Of dealers.
pub(super) const OF_DEALERS: Facts = kept!(
    dealer_events::dealer as DealerState,
    dealer_events::employment as EmploymentState,
    dealer_events::team as TeamState
);
/// Of monitoring providers.
pub(super) const OF_PROVIDERS: Facts = kept!(
    monitoring_events::monitoring_provider as MonitoringProviderState,
    monitoring_events::employment as EmploymentState,
    monitoring_events::team as TeamState
);

fn understood<T: DeserializeOwned>(event: &Event) -> serde_json::Result<()> {
    event.state::<T>().map(drop)
}

impl Facts {
    /// Keeps what an event tells, if it is of something that is kept.
    pub(super) async fn apply(
        &self,
        connection: &mut PgConnection,
        event: &Event,
    ) -> anyhow::Result<()> {
        let kind = event.event_type.as_str();
        for kept in self.0 {
            if kind == kept.changed {
                (kept.read)(event)?;
                return Ok(told::keep(connection, event).await?);
            }
            if kind == kept.removed {
                return Ok(told::keep(connection, event).await?);
            }
        }
        // To pass over a form that is not understood would be to go on claiming what it may end.
        let known = self.0.iter().any(|kept| kept.aggregate == event.aggregate);
        anyhow::ensure!(!known, "{kind} is not understood");
        Ok(())
    }
}
