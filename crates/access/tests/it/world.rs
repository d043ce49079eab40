//! Small worlds: two of everything, so that mistakes of identity have somewhere to show.

use std::collections::{BTreeMap, BTreeSet};

use access::{
    CustomerId, DealerId, EmployeeId, Employment, Facts, Location, LocationId, Operation,
    Organization, ProviderId, Question, Schedule, SystemRole, Team, TeamId, UserId,
};
use jiff::Timestamp;
use uuid::Uuid;

pub(crate) fn user(n: u128) -> UserId {
    Uuid::from_u128(n).into()
}

pub(crate) fn employee(n: u128) -> EmployeeId {
    Uuid::from_u128(n).into()
}

pub(crate) fn location_id(n: u128) -> LocationId {
    Uuid::from_u128(n).into()
}

pub(crate) fn team_id(n: u128) -> TeamId {
    Uuid::from_u128(n).into()
}

pub(crate) fn customer(n: u128) -> Organization {
    Organization::Customer(CustomerId::from(Uuid::from_u128(n)))
}

pub(crate) fn dealer(n: u128) -> Organization {
    Organization::Dealer(DealerId::from(Uuid::from_u128(n)))
}

pub(crate) fn provider(n: u128) -> Organization {
    Organization::Provider(ProviderId::from(Uuid::from_u128(n)))
}

/// Location 1 of customer 1, served by dealer 1 and watched by provider 1.
pub(crate) fn tower() -> Location {
    Location {
        id: location_id(1),
        name: "Harbor Tower".to_owned(),
        customer: Uuid::from_u128(1).into(),
        customer_name: "Blue Harbor Offices".to_owned(),
        dealer: Some(Uuid::from_u128(1).into()),
        provider: Some(Uuid::from_u128(1).into()),
    }
}

/// Employment `n` of user 1, with nothing granted.
pub(crate) fn employed(n: u128, organization: Organization) -> Employment {
    Employment {
        id: employee(n),
        user: user(1),
        organization,
        organization_name: "An employer".to_owned(),
        roles: BTreeSet::new(),
        location_roles: BTreeMap::new(),
        schedule: None,
    }
}

/// Team `n`, without members and roles.
pub(crate) fn team(n: u128, organization: Organization) -> Team {
    Team {
        id: team_id(n),
        name: "Night Watch".to_owned(),
        organization,
        members: BTreeSet::new(),
        roles: BTreeMap::new(),
    }
}

/// At the tower, with these employments.
pub(crate) fn facts(employments: impl IntoIterator<Item = Employment>) -> Facts {
    Facts {
        location: Some(tower()),
        employments: employments.into_iter().collect(),
        teams: Vec::new(),
    }
}

/// User 1 at the tower, on Sunday 2026-11-22 at noon UTC.
pub(crate) fn ask(operation: Operation) -> Question {
    Question {
        user: user(1),
        operation,
        location: location_id(1),
        at: instant("2026-11-22T12:00:00Z"),
    }
}

pub(crate) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn schedule(json: &str) -> Schedule {
    serde_json::from_str(json).unwrap()
}

/// Never open.
pub(crate) fn closed() -> Schedule {
    schedule(r#"{"timeZone":"UTC","windows":[],"exceptions":[]}"#)
}

/// Open on Sundays, so also at the instant of [`ask`].
pub(crate) fn sundays() -> Schedule {
    schedule(
        r#"{"timeZone":"UTC","windows":[{"day":"SUNDAY","start":"00:00","end":"24:00"}],"exceptions":[]}"#,
    )
}

pub(crate) fn roles<const N: usize>(roles: [SystemRole; N]) -> BTreeSet<SystemRole> {
    roles.into()
}
