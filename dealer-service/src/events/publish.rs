use access::DealerId;
use dealer_events::{
    DealerRole, DealerState, EmploymentState, TeamState, dealer, employment, team,
};
use organization::domain::{OrganizationId, Roles};
use organization::{Aggregate, EventNames, Events};
use serde_json::{Value, to_value};

/// The names of the events of a dealer, its people and its teams.
pub static NAMES: Events = Events {
    organization: EventNames {
        aggregate: dealer::AGGREGATE,
        changed: dealer::CHANGED,
        removed: dealer::REMOVED,
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

/// The state of a dealer, of one of its people or of one of its teams, as it is published.
///
/// # Errors
/// If it has no JSON form.
pub fn state(of: Aggregate<'_>) -> Result<Value, serde_json::Error> {
    match of {
        Aggregate::Organization(it) => to_value(DealerState {
            dealer_id: dealer_id(it.id),
            name: it.name.to_string(),
            monitoring_provider_id: it.appointee.map(|provider| provider.0.into()),
        }),
        Aggregate::Employment(it) => to_value(EmploymentState {
            employee_id: it.id,
            user_id: it.user,
            dealer_id: dealer_id(it.organization),
            name: it.name.to_string(),
            active: true,
            roles: dealer_roles(&it.roles).collect(),
            schedule: it.schedule.clone(),
        }),
        Aggregate::Team(it) => to_value(TeamState {
            team_id: it.id,
            dealer_id: dealer_id(it.organization),
            name: it.name.to_string(),
            members: it.members.clone(),
            roles: it.roles.clone(),
        }),
    }
}

fn dealer_id(id: OrganizationId) -> DealerId {
    DealerId::from(id.0)
}

fn dealer_roles(roles: &Roles) -> impl Iterator<Item = DealerRole> {
    let administrator = roles
        .administrator
        .then_some(DealerRole::SecuritySystemDealerEmployeeAdministrator);
    let system = roles.system.iter().map(|role| DealerRole::from(*role));
    administrator.into_iter().chain(system)
}
