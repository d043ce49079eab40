//! What is told of dealers, in the published language.

use access::DealerId;
use dealer_events::{
    DealerRole, DealerState, EmploymentState, TeamState, dealer, employment, team,
};
use organization::domain::OrganizationId;
use organization::{Aggregate, EventNames, Events};
use serde_json::{Value, to_value};

/// The names of the events of a dealer, its people and its teams.
pub const NAMES: Events = Events {
    organization: EventNames::of(dealer::AGGREGATE, dealer::CHANGED, dealer::REMOVED),
    employment: EventNames::of(
        employment::AGGREGATE,
        employment::CHANGED,
        employment::REMOVED,
    ),
    team: EventNames::of(team::AGGREGATE, team::CHANGED, team::REMOVED),
};

/// The state of a dealer, of one of its people or of one of its teams, as it is published.
///
/// # Errors
///
/// When it has no JSON form.
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
            roles: it
                .roles
                .named(DealerRole::SecuritySystemDealerEmployeeAdministrator)
                .collect(),
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
