//! States as they are stored.

use access::{Employment, Location, LocationId, Organization, ProviderId, Team};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::domain::{Kind, Owner, State};

#[derive(Serialize, Deserialize)]
struct Named {
    is: Organization,
    name: String,
    provider: Option<ProviderId>,
}

#[derive(Serialize, Deserialize)]
struct Placed {
    id: Uuid,
    location: LocationId,
}

/// The name of a kind in the table.
pub(super) const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Organization => "organization",
        Kind::Location => "location",
        Kind::Employment => "employment",
        Kind::Team => "team",
        Kind::System => "system",
    }
}

/// The kind of that name.
pub(super) fn kind(name: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| self::name(*kind) == name)
}

/// Who is called so where events come from.
pub(super) fn owner(source: &str) -> Option<Owner> {
    match source {
        customer_events::SOURCE => Some(Owner::Customers),
        dealer_events::SOURCE => Some(Owner::Dealers),
        monitoring_events::SOURCE => Some(Owner::Providers),
        security_system_events::SOURCE => Some(Owner::Systems),
        _ => None,
    }
}

pub(super) fn write(state: State) -> serde_json::Result<Value> {
    match state {
        State::Organization { is, name, provider } => {
            serde_json::to_value(Named { is, name, provider })
        }
        State::Location(location) => serde_json::to_value(location),
        State::Employment(employment) => serde_json::to_value(employment),
        State::Team(team) => serde_json::to_value(team),
        State::System { id, location } => serde_json::to_value(Placed { id, location }),
    }
}

pub(super) fn read(kind: Kind, state: &Value) -> serde_json::Result<State> {
    Ok(match kind {
        Kind::Organization => {
            let Named { is, name, provider } = Named::deserialize(state)?;
            State::Organization { is, name, provider }
        }
        Kind::Location => State::Location(Location::deserialize(state)?),
        Kind::Employment => State::Employment(Employment::deserialize(state)?),
        Kind::Team => State::Team(Team::deserialize(state)?),
        Kind::System => {
            let Placed { id, location } = Placed::deserialize(state)?;
            State::System { id, location }
        }
    })
}
