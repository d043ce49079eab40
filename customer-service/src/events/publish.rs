use access::{CustomerId, UserId};
use customer_events::{
    CustomerRole, CustomerState, EmploymentState, LocationState, TeamState, customer, employment,
    location, team,
};
use outbox::Message;

use crate::domain::Location;
use crate::organization::Change;
use crate::organization::domain::{Employment, Organization, OrganizationId, Roles, Team};

/// What is published about a change of a customer, its people or its teams.
///
/// # Errors
/// If the state has no JSON form.
pub fn message(change: Change<'_>) -> Result<Message, serde_json::Error> {
    match change {
        Change::Organization(organization) => customer_changed(organization),
        Change::OrganizationRemoved(organization) => Ok(customer_removed(organization)),
        Change::Employment(employment) => employment_changed(employment),
        Change::EmploymentEnded(employment) => Ok(employment_ended(employment)),
        Change::Team(team) => team_changed(team),
        Change::TeamRemoved(team) => Ok(team_removed(team)),
    }
}

fn customer_id(id: OrganizationId) -> CustomerId {
    CustomerId::from(id.0)
}

fn customer_changed(it: &Organization) -> Result<Message, serde_json::Error> {
    let state = CustomerState {
        customer_id: customer_id(it.id),
        name: it.name.to_string(),
    };
    let message = Message::changed(
        customer::AGGREGATE,
        it.id.0,
        it.version.0,
        customer::CHANGED,
        &state,
    )?;
    Ok(message.organizations([it.id.0]))
}

fn customer_removed(it: &Organization) -> Message {
    Message::removed(
        customer::AGGREGATE,
        it.id.0,
        it.version.0 + 1,
        customer::REMOVED,
    )
    .organizations([it.id.0])
}

fn employment_changed(it: &Employment) -> Result<Message, serde_json::Error> {
    let state = EmploymentState {
        employee_id: it.id,
        user_id: it.user,
        customer_id: customer_id(it.organization),
        name: it.name.to_string(),
        active: true,
        roles: customer_roles(&it.roles).collect(),
        location_roles: it.location_roles.clone(),
        schedule: it.schedule.clone(),
    };
    let message = Message::changed(
        employment::AGGREGATE,
        it.id,
        it.version.0,
        employment::CHANGED,
        &state,
    )?;
    Ok(concerning(message, it.user, it.organization).locations(it.location_roles.keys().copied()))
}

fn employment_ended(it: &Employment) -> Message {
    let message = Message::removed(
        employment::AGGREGATE,
        it.id,
        it.version.0 + 1,
        employment::REMOVED,
    );
    concerning(message, it.user, it.organization)
}

fn concerning(message: Message, user: UserId, organization: OrganizationId) -> Message {
    message.users([user]).organizations([organization.0])
}

fn customer_roles(roles: &Roles) -> impl Iterator<Item = CustomerRole> {
    let administrator = roles
        .administrator
        .then_some(CustomerRole::CustomerEmployeeAdministrator);
    let system = roles.system.iter().map(|role| CustomerRole::from(*role));
    administrator.into_iter().chain(system)
}

fn team_changed(it: &Team) -> Result<Message, serde_json::Error> {
    let state = TeamState {
        team_id: it.id,
        customer_id: customer_id(it.organization),
        name: it.name.to_string(),
        members: it.members.clone(),
        roles: it.roles.clone(),
    };
    let message = Message::changed(team::AGGREGATE, it.id, it.version.0, team::CHANGED, &state)?;
    Ok(message
        .organizations([it.organization.0])
        .locations(it.roles.keys().copied()))
}

fn team_removed(it: &Team) -> Message {
    Message::removed(team::AGGREGATE, it.id, it.version.0 + 1, team::REMOVED)
        .organizations([it.organization.0])
}

/// A location was created or changed.
///
/// # Errors
/// If its state has no JSON form.
pub fn location_changed(it: &Location) -> Result<Message, serde_json::Error> {
    let state = LocationState {
        location_id: it.id,
        name: it.name.to_string(),
        customer_id: it.customer,
        dealer_id: it.dealer,
        reserved_by: it.reserved_by,
    };
    let message = Message::changed(
        location::AGGREGATE,
        it.id,
        it.version.0,
        location::CHANGED,
        &state,
    )?;
    let dealer = it.dealer.map(Into::into);
    let organizations = [it.customer.as_uuid()].into_iter().chain(dealer);
    Ok(message.organizations(organizations).locations([it.id]))
}

/// A location was removed.
#[must_use]
pub fn location_removed(it: &Location) -> Message {
    Message::removed(
        location::AGGREGATE,
        it.id,
        it.version.0 + 1,
        location::REMOVED,
    )
    .organizations([it.customer])
    .locations([it.id])
}
