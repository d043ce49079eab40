//! What monitoring-service tells: who monitoring providers are, their people and teams.

use access::Organization;
use monitoring_events::{
    EmploymentState, MonitoringProviderState, SOURCE, TeamState, employment, monitoring_provider,
    team,
};
use outbox::Event;

use super::{Aggregate, FactEvents};
use crate::domain::{Kind, State};

impl FactEvents {
    /// Keeps monitoring providers, and what they grant.
    pub const OF_PROVIDERS: Self = Self {
        source: SOURCE,
        aggregates: &[
            Aggregate {
                name: monitoring_provider::AGGREGATE,
                kind: Kind::Organization,
                changed: monitoring_provider::CHANGED,
                removed: monitoring_provider::REMOVED,
                state: |event| organization(event).map(Some),
            },
            Aggregate {
                name: employment::AGGREGATE,
                kind: Kind::Employment,
                changed: employment::CHANGED,
                removed: employment::REMOVED,
                state: employed,
            },
            Aggregate {
                name: team::AGGREGATE,
                kind: Kind::Team,
                changed: team::CHANGED,
                removed: team::REMOVED,
                state: |event| teamed(event).map(Some),
            },
        ],
    };
}

fn organization(event: &Event) -> serde_json::Result<State> {
    let state = event.state(|it: &MonitoringProviderState| it.monitoring_provider_id)?;
    Ok(State::Organization {
        is: Organization::Provider(state.monitoring_provider_id),
        name: state.name,
        provider: None,
    })
}

fn employed(event: &Event) -> serde_json::Result<Option<State>> {
    let state = event.state(|it: &EmploymentState| it.employee_id)?;
    // What the employer is called is read where it is needed.
    Ok(state.employment(String::new()).map(State::Employment))
}

fn teamed(event: &Event) -> serde_json::Result<State> {
    let state = event.state(|it: &TeamState| it.team_id)?;
    Ok(State::Team(state.team()))
}
