//! What dealer-service tells: who dealers are, whom they appointed, their people and teams.

use access::Organization;
use dealer_events::{DealerState, EmploymentState, SOURCE, TeamState, dealer, employment, team};
use outbox::Event;

use super::{Aggregate, FactEvents};
use crate::domain::{Kind, State};

impl FactEvents {
    /// Keeps dealers, and what they grant.
    pub const OF_DEALERS: Self = Self {
        source: SOURCE,
        aggregates: &[
            Aggregate {
                name: dealer::AGGREGATE,
                kind: Kind::Organization,
                changed: dealer::CHANGED,
                removed: dealer::REMOVED,
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
    let state = event.state(|it: &DealerState| it.dealer_id)?;
    Ok(State::Organization {
        is: Organization::Dealer(state.dealer_id),
        name: state.name,
        provider: state.monitoring_provider_id,
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
