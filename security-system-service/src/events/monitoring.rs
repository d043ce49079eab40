//! What monitoring-service tells: who monitoring providers are, their people and teams.

use std::collections::BTreeMap;

use monitoring_events::{
    EmploymentState, MonitoringProviderState, TeamState, employment, monitoring_provider, team,
};
use outbox::Event;

use super::{Aggregate, FactEvents};
use crate::store::replica::{Employment, News, Organization, Team};

/// The kind of organization, in the words of the law.
const KIND: &str = "provider";

impl FactEvents {
    /// Keeps monitoring providers, and what they grant.
    pub const OF_PROVIDERS: Self = Self(&[
        Aggregate {
            name: monitoring_provider::AGGREGATE,
            changed: monitoring_provider::CHANGED,
            removed: monitoring_provider::REMOVED,
            news: |event| Ok(News::Organization(event.map(organization).transpose()?)),
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
    let state = event.state(|it: &MonitoringProviderState| it.monitoring_provider_id)?;
    Ok(Organization {
        kind: KIND,
        name: state.name,
        provider: None,
    })
}

fn employed(event: &Event) -> serde_json::Result<Employment> {
    let state = event.state(|it: &EmploymentState| it.employee_id)?;
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
    let state = event.state(|it: &TeamState| it.team_id)?;
    Ok(Team {
        organization: state.monitoring_provider_id.as_uuid(),
        name: state.name,
        members: state.members,
        roles: state.roles,
    })
}
