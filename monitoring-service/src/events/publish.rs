use access::ProviderId;
use monitoring_events::{
    EmploymentState, MonitoringProviderState, ProviderRole, TeamState, employment,
    monitoring_provider, team,
};
use organization::domain::{OrganizationId, Roles};
use organization::{Aggregate, EventNames, Events};
use serde_json::{Value, to_value};

/// The names of the events of a monitoring provider, its people and its teams.
pub static NAMES: Events = Events {
    organization: EventNames {
        aggregate: monitoring_provider::AGGREGATE,
        changed: monitoring_provider::CHANGED,
        removed: monitoring_provider::REMOVED,
    },
    employment: EventNames {
        aggregate: employment::AGGREGATE,
        changed: employment::CHANGED,
        removed: employment::REMOVED,
    },
    team: EventNames {
        aggregate: team::AGGREGATE,
        changed: team::CHANGED,
        removed: team::REMOVED,
    },
};

/// The state of a monitoring provider, of one of its people or of one of its teams, as it is
/// published.
///
/// # Errors
/// If it has no JSON form.
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
            roles: provider_roles(&it.roles).collect(),
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

fn provider_roles(roles: &Roles) -> impl Iterator<Item = ProviderRole> {
    let administrator = roles
        .administrator
        .then_some(ProviderRole::MonitoringProviderEmployeeAdministrator);
    let system = roles.system.iter().map(|role| ProviderRole::from(*role));
    administrator.into_iter().chain(system)
}
