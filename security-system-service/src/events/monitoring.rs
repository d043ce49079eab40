//! What monitoring-service tells: who monitoring providers are, their people and teams.

use access::{Employment, Team};
use monitoring_events::{
    EmploymentState, MonitoringProviderState, TeamState, employment, monitoring_provider, team,
};
use outbox::Event;

use super::{Aggregate, FactEvents};
use crate::store::replica::{News, Organization};

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
    let state = event.state(|it: &MonitoringProviderState| it.monitoring_provider_id)?;
    Ok(Organization {
        kind: KIND,
        name: state.name,
        provider: None,
    })
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
