//! What dealer-service tells: who dealers are, whom they appointed, their people and teams.

use std::collections::BTreeMap;

use dealer_events::{DealerState, EmploymentState, TeamState, dealer, employment, team};
use outbox::{Event, Handler};
use sqlx::PgConnection;

use crate::store::replica::{Employment, Organization, Team, discard};

/// The kind of organization, in the words of the law.
const KIND: &str = "dealer";

/// What is kept of them.
const KEPT: [&str; 3] = [dealer::AGGREGATE, employment::AGGREGATE, team::AGGREGATE];

/// Keeps dealers, and what they grant.
#[derive(Debug, Clone, Copy)]
pub struct DealerEvents;

impl Handler for DealerEvents {
    async fn apply(&self, connection: &mut PgConnection, event: &Event) -> anyhow::Result<()> {
        match event.event_type.as_str() {
            dealer::CHANGED => organization(event)?.keep(connection, event).await?,
            dealer::REMOVED => Organization::remove(KIND, connection, event).await?,
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
    let state: DealerState = event.state()?;
    Ok(Organization {
        kind: KIND,
        name: state.name,
        provider: state.monitoring_provider_id.map(Into::into),
    })
}

fn employed(event: &Event) -> serde_json::Result<Employment> {
    let state: EmploymentState = event.state()?;
    Ok(Employment {
        active: state.active,
        user: state.user_id.as_uuid(),
        organization: state.dealer_id.as_uuid(),
        roles: state.system_roles().collect(),
        location_roles: BTreeMap::new(),
        schedule: state.schedule,
    })
}

fn teamed(event: &Event) -> serde_json::Result<Team> {
    let state: TeamState = event.state()?;
    Ok(Team {
        organization: state.dealer_id.as_uuid(),
        name: state.name,
        members: state.members,
        roles: state.roles,
    })
}
