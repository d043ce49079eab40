//! What customer-service tells: who customers are, their locations, their people and teams.

use customer_events::{
    CustomerState, EmploymentState, LocationState, TeamState, customer, employment, location, team,
};
use outbox::{Event, Handler};
use sqlx::PgConnection;

use crate::store::replica::{Employment, Location, Organization, Team, discard};

/// The kind of organization, in the words of the law.
const KIND: &str = "customer";

/// What is kept of them.
const KEPT: [&str; 4] = [
    customer::AGGREGATE,
    location::AGGREGATE,
    employment::AGGREGATE,
    team::AGGREGATE,
];

/// Keeps customers, locations, and what customers grant.
#[derive(Debug, Clone, Copy)]
pub struct CustomerEvents;

impl Handler for CustomerEvents {
    async fn apply(&self, connection: &mut PgConnection, event: &Event) -> anyhow::Result<()> {
        match event.event_type.as_str() {
            customer::CHANGED => organization(event)?.keep(connection, event).await?,
            customer::REMOVED => Organization::remove(KIND, connection, event).await?,
            location::CHANGED => located(event)?.keep(connection, event).await?,
            location::REMOVED => Location::remove(connection, event).await?,
            employment::CHANGED => employed(event)?.keep(connection, event).await?,
            employment::REMOVED => Employment::remove(connection, event).await?,
            team::CHANGED => teamed(event)?.keep(connection, event).await?,
            team::REMOVED => Team::remove(connection, event).await?,
            // To pass over a form that is not understood would be to go on allowing what it may end.
            other if KEPT.contains(&event.aggregate.as_str()) => {
                anyhow::bail!("{other} is not understood")
            }
            _ => {}
        }
        Ok(())
    }

    async fn discard(&self, connection: &mut PgConnection, generation: i64) -> anyhow::Result<()> {
        Ok(discard(connection, generation).await?)
    }
}

fn organization(event: &Event) -> serde_json::Result<Organization> {
    let state: CustomerState = event.state()?;
    Ok(Organization {
        kind: KIND,
        name: state.name,
        provider: None,
    })
}

fn located(event: &Event) -> serde_json::Result<Location> {
    let state: LocationState = event.state()?;
    Ok(Location {
        name: state.name,
        customer: state.customer_id.as_uuid(),
        dealer: state.dealer_id.map(Into::into),
    })
}

fn employed(event: &Event) -> serde_json::Result<Employment> {
    let state: EmploymentState = event.state()?;
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
    let state: TeamState = event.state()?;
    Ok(Team {
        organization: state.customer_id.as_uuid(),
        name: state.name,
        members: state.members,
        roles: state.roles,
    })
}
