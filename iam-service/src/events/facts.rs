//! What the organizations' services tell of facts: kept as it is told, once it is understood.

use outbox::Event;
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
    ($($language:ident::$aggregate:ident as $state:ident by $id:ident),+) => {
        Facts(&[$(Kept {
            aggregate: $language::$aggregate::AGGREGATE,
            changed: $language::$aggregate::CHANGED,
            removed: $language::$aggregate::REMOVED,
            read: |event| event.state(|it: &$language::$state| it.$id).map(drop),
        }),+])
    };
}

/// Of customers.
pub(super) const OF_CUSTOMERS: Facts = kept!(
    customer_events::customer as CustomerState by customer_id,
    customer_events::location as LocationState by location_id,
    customer_events::employment as EmploymentState by employee_id,
    customer_events::team as TeamState by team_id
);
/// Of dealers.
pub(super) const OF_DEALERS: Facts = kept!(
    dealer_events::dealer as DealerState by dealer_id,
    dealer_events::employment as EmploymentState by employee_id,
    dealer_events::team as TeamState by team_id
);
/// Of monitoring providers.
pub(super) const OF_PROVIDERS: Facts = kept!(
    monitoring_events::monitoring_provider as MonitoringProviderState by monitoring_provider_id,
    monitoring_events::employment as EmploymentState by employee_id,
    monitoring_events::team as TeamState by team_id
);

impl Facts {
    /// Keeps what an event tells, if it is of something that is kept.
    pub(super) async fn apply(
        &self,
        connection: &mut PgConnection,
        event: &Event,
    ) -> anyhow::Result<()> {
        let mut kept = self.0.iter();
        let Some(kept) = kept.find(|kept| kept.aggregate == event.aggregate) else {
            return Ok(());
        };
        let kind = event.event_type.as_str();
        if kind == kept.changed {
            (kept.read)(event)?;
        } else {
            // To pass over a form that is not understood would be to go on claiming what it may end.
            anyhow::ensure!(kind == kept.removed, "{kind} is not understood");
        }
        Ok(told::keep(connection, event).await?)
    }
}
