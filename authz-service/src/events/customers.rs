//! What customer-service tells: who customers are, their locations, their people and teams.

use access::Organization;
use customer_events::{
    CustomerState, EmploymentState, LocationState, SOURCE, TeamState, customer, employment,
    location, team,
};
use outbox::Event;

use super::{Aggregate, FactEvents};
use crate::domain::{Kind, State};

impl FactEvents {
    /// Keeps customers, locations, and what customers grant.
    pub const OF_CUSTOMERS: Self = Self {
        source: SOURCE,
        aggregates: &[
            Aggregate {
                name: customer::AGGREGATE,
                kind: Kind::Organization,
                changed: customer::CHANGED,
                removed: customer::REMOVED,
                state: |event| organization(event).map(Some),
            },
            Aggregate {
                name: location::AGGREGATE,
                kind: Kind::Location,
                changed: location::CHANGED,
                removed: location::REMOVED,
                state: |event| located(event).map(Some),
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
    let state = event.state(|it: &CustomerState| it.customer_id)?;
    Ok(State::Organization {
        is: Organization::Customer(state.customer_id),
        name: state.name,
        provider: None,
    })
}

fn located(event: &Event) -> serde_json::Result<State> {
    let state = event.state(|it: &LocationState| it.location_id)?;
    Ok(State::Location(state.location()))
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
