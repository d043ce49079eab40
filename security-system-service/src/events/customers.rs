//! What customer-service tells: who customers are, their locations, their people and teams.

use customer_events::{
    CustomerState, EmploymentState, LocationState, TeamState, customer, employment, location, team,
};
use outbox::Event;

use super::{Aggregate, FactEvents};
use crate::store::replica::{Employment, Location, News, Organization, Team};

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
            news: |event| Ok(News::Employment(event.map(employed).transpose()?)),
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
    Ok(Location {
        name: state.name,
        customer: state.customer_id.as_uuid(),
        dealer: state.dealer_id.map(Into::into),
    })
}

fn employed(event: &Event) -> serde_json::Result<Employment> {
    let state = event.state(|it: &EmploymentState| it.employee_id)?;
    Ok(Employment {
        active: state.active,
        user: state.user_id.as_uuid(),
        organization: state.customer_id.as_uuid(),
        roles: state.system_roles().collect(),
        location_roles: state.location_roles,
        schedule: state.schedule,
    })
}

fn teamed(event: &Event) -> serde_json::Result<Team> {
    let state = event.state(|it: &TeamState| it.team_id)?;
    Ok(Team {
        organization: state.customer_id.as_uuid(),
        name: state.name,
        members: state.members,
        roles: state.roles,
    })
}
