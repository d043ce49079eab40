//! What customer-service tells: who customers are, their locations, their people and teams.

use access::{Employment, Location, Team};
use customer_events::{
    CustomerState, EmploymentState, LocationState, TeamState, customer, employment, location, team,
};
use outbox::Event;

use super::{Aggregate, FactEvents};
use crate::store::replica::{News, Organization};

/// The kind of organization, in the words of the law.
const KIND: &str = "customer";

impl FactEvents {
    /// Keeps customers, locations, and what customers grant.
    pub const OF_CUSTOMERS: Self = Self(&[
        Aggregate {
            name: customer::AGGREGATE,
            changed: customer::CHANGED,
            removed: customer::REMOVED,
            news: |event| Ok(News::Organization(event.map(organization).transpose()?)),
        },
        Aggregate {
            name: location::AGGREGATE,
            changed: location::CHANGED,
            removed: location::REMOVED,
            news: |event| Ok(News::Location(event.map(located).transpose()?)),
        },
        Aggregate {
            name: employment::AGGREGATE,
            changed: employment::CHANGED,
            removed: employment::REMOVED,
            news: |event| Ok(News::Employment(event.map(employed).transpose()?.flatten())),
        },
        Aggregate {
            name: team::AGGREGATE,
            changed: team::CHANGED,
            removed: team::REMOVED,
            news: |event| Ok(News::Team(event.map(teamed).transpose()?)),
        },
    ]);
}

fn organization(event: &Event) -> serde_json::Result<Organization> {
    let state = event.state(|it: &CustomerState| it.customer_id)?;
    Ok(Organization {
        kind: KIND,
        name: state.name,
        provider: None,
    })
}

fn located(event: &Event) -> serde_json::Result<Location> {
    let state = event.state(|it: &LocationState| it.location_id)?;
    Ok(state.location())
}

fn employed(event: &Event) -> serde_json::Result<Option<Employment>> {
    let state = event.state(|it: &EmploymentState| it.employee_id)?;
    // What the employer is called is kept with the employer.
    Ok(state.employment(String::new()))
}

fn teamed(event: &Event) -> serde_json::Result<Team> {
    let state = event.state(|it: &TeamState| it.team_id)?;
    Ok(state.team())
}
