//! What monitoring-service tells: who monitoring providers are, their people and teams.

use std::collections::BTreeMap;

use monitoring_events::{
    EmploymentState, MonitoringProviderState, TeamState, employment, monitoring_provider, team,
};
use outbox::{Event, Handler};
use sqlx::PgConnection;

use crate::store::replica::{Employment, Organization, Team, discard};

/// The kind of organization, in the words of the law.
const KIND: &str = "provider";

/// What is kept of them.
const KEPT: [&str; 3] = [
    monitoring_provider::AGGREGATE,
    employment::AGGREGATE,
    team::AGGREGATE,
];

/// Keeps monitoring providers, and what they grant.
#[derive(Debug, Clone, Copy)]
pub struct MonitoringEvents;

impl Handler for MonitoringEvents {
    async fn apply(&self, connection: &mut PgConnection, event: &Event) -> anyhow::Result<()> {
        match event.event_type.as_str() {
            monitoring_provider::CHANGED => organization(event)?.keep(connection, event).await?,
            monitoring_provider::REMOVED => Organization::remove(KIND, connection, event).await?,
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
    let state: MonitoringProviderState = event.state()?;
    Ok(Organization {
        kind: KIND,
        name: state.name,
        provider: None,
    })
}

fn employed(event: &Event) -> serde_json::Result<Employment> {
    let state: EmploymentState = event.state()?;
    Ok(Employment {
        active: state.active,
        user: state.user_id.as_uuid(),
        organization: state.monitoring_provider_id.as_uuid(),
        roles: state.system_roles().collect(),
        location_roles: BTreeMap::new(),
        schedule: state.schedule,
    })
}

fn teamed(event: &Event) -> serde_json::Result<Team> {
    let state: TeamState = event.state()?;
    Ok(Team {
        organization: state.monitoring_provider_id.as_uuid(),
        name: state.name,
        members: state.members,
        roles: state.roles,
    })
}
