//! What is told of customers, in the published language.

use access::CustomerId;
use customer_events::{
    CustomerRole, CustomerState, EmploymentState, LocationState, TeamState, customer, employment,
    location, team,
};
use organization::domain::OrganizationId;
use organization::{Aggregate, EventNames, Events};
use outbox::Message;
use serde_json::{Value, to_value};

use crate::domain::Location;

/// The names of the events of a customer, its people and its teams.
pub const NAMES: Events = Events {
    organization: EventNames::of(customer::AGGREGATE, customer::CHANGED, customer::REMOVED),
    employment: EventNames::of(
        employment::AGGREGATE,
        employment::CHANGED,
        employment::REMOVED,
    ),
    team: EventNames::of(team::AGGREGATE, team::CHANGED, team::REMOVED),
};

/// The state of a customer, of one of its people or of one of its teams, as it is published.
///
/// # Errors
///
/// When it has no JSON form.
pub fn state(of: Aggregate<'_>) -> Result<Value, serde_json::Error> {
    match of {
        Aggregate::Organization(it) => to_value(CustomerState {
            customer_id: customer_id(it.id),
            name: it.name.to_string(),
        }),
        Aggregate::Employment(it) => to_value(EmploymentState {
            employee_id: it.id,
            user_id: it.user,
            customer_id: customer_id(it.organization),
            name: it.name.to_string(),
            active: true,
            roles: it
                .roles
                .named(CustomerRole::CustomerEmployeeAdministrator)
                .collect(),
            location_roles: it.location_roles.clone(),
            schedule: it.schedule.clone(),
        }),
        Aggregate::Team(it) => to_value(TeamState {
            team_id: it.id,
            customer_id: customer_id(it.organization),
            name: it.name.to_string(),
            members: it.members.clone(),
            roles: it.roles.clone(),
        }),
    }
}

fn customer_id(id: OrganizationId) -> CustomerId {
    CustomerId::from(id.0)
}

/// A location was created or changed.
///
/// # Errors
///
/// When its state has no JSON form.
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
