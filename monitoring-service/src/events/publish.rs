//! What is told of monitoring providers, in the published language.

use access::ProviderId;
use monitoring_events::{
    EmploymentState, MonitoringProviderState, ProviderRole, TeamState, employment,
    monitoring_provider, team,
};
use organization::domain::OrganizationId;
use organization::{Aggregate, EventNames, Events};
use serde_json::{Value, to_value};

/// The names of the events of a monitoring provider, its people and its teams.
pub const NAMES: Events = Events {
    organization: EventNames::of(
        monitoring_provider::AGGREGATE,
        monitoring_provider::CHANGED,
        monitoring_provider::REMOVED,
    ),
    employment: EventNames::of(
        employment::AGGREGATE,
        employment::CHANGED,
        employment::REMOVED,
    ),
    team: EventNames::of(team::AGGREGATE, team::CHANGED, team::REMOVED),
};

/// The state of a monitoring provider, of one of its people or of one of its teams, as it is
/// published.
///
/// # Errors
///
/// When it has no JSON form.
pub fn state(of: Aggregate<'_>) -> Result<Value, serde_json::Error> {
    match of {
        Aggregate::Organization(it) => to_value(MonitoringProviderState {
            monitoring_provider_id: provider_id(it.id),
            name: it.name.to_string(),
        }),
        Aggregate::Employment(it) => to_value(EmploymentState {
            employee_id: it.id,
            user_id: it.user,
            monitoring_provider_id: provider_id(it.organization),
            name: it.name.to_string(),
            active: true,
            roles: it
                .roles
                .named(ProviderRole::MonitoringProviderEmployeeAdministrator)
                .collect(),
            schedule: it.schedule.clone(),
        }),
        Aggregate::Team(it) => to_value(TeamState {
            team_id: it.id,
            monitoring_provider_id: provider_id(it.organization),
            name: it.name.to_string(),
            members: it.members.clone(),
            roles: it.roles.clone(),
        }),
    }
}

fn provider_id(id: OrganizationId) -> ProviderId {
    ProviderId::from(id.0)
}
