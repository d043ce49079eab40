//! Who is who, and where: the books of three owners.

use std::collections::BTreeMap;

use access::SystemRole::{Armer, Disarmer, Viewer};
use access::{
    CustomerId, DealerId, Employment, Location, LocationId, Organization, ProviderId, Schedule,
    SystemRole, Team, UserId,
};
use serde_json::json;
use uuid::Uuid;

use crate::world::World;

pub(crate) const TOWER: u128 = 0x10;
pub(crate) const WAREHOUSE: u128 = 0x20;
pub(crate) const ANNEX: u128 = 0x30;
/// A location of another customer.
pub(crate) const CLINIC: u128 = 0x40;

pub(crate) const DISARMER: u128 = 1;
pub(crate) const ARMER: u128 = 2;
pub(crate) const VIEWER: u128 = 3;
/// Armer and disarmer at the tower only.
pub(crate) const GUARD: u128 = 4;
/// Disarmer whose schedule is never open.
pub(crate) const OFF_SHIFT: u128 = 5;
/// Disarmer of another customer.
pub(crate) const STRANGER: u128 = 6;
/// Armer and disarmer of the dealer who serves all locations but the annex.
pub(crate) const TECHNICIAN: u128 = 20;
/// Of the dealer's team, which is disarmer at the tower.
pub(crate) const INSTALLER: u128 = 21;
/// Administrator of the dealer.
pub(crate) const DEALER_ADMIN: u128 = 22;
/// Disarmer of a dealer whom nobody appointed.
pub(crate) const LANTERN: u128 = 23;
/// Armer and disarmer of the provider whom the dealer appointed.
pub(crate) const OPERATOR: u128 = 30;
pub(crate) const ADMIN: u128 = 9;

/// The books: two customers with their locations and people; two dealers, of whom one serves all
/// locations but the annex; and the provider whom that one appointed.
pub(crate) fn settle(world: &World) {
    let mut books = world.owner.books();
    for (n, name, owner, served) in [
        (TOWER, "Harbor Tower", 1, true),
        (WAREHOUSE, "Harbor Warehouse", 1, true),
        (ANNEX, "Harbor Annex", 1, false),
        (CLINIC, "Cedar Hill Main", 2, true),
    ] {
        let mut location = location(n, name, owner);
        location.dealer = served.then(|| dealer(1));
        books.locations.insert(location.id, (location, 1));
    }
    let mut guard = employment(GUARD, 1, &[]);
    guard.location_roles = [(location_id(TOWER), [Armer, Disarmer].into())].into();
    let mut off_shift = employment(OFF_SHIFT, 1, &[Disarmer]);
    off_shift.schedule = Some(never());
    books.employments = vec![
        employment(DISARMER, 1, &[Disarmer]),
        employment(ARMER, 1, &[Armer]),
        employment(VIEWER, 1, &[Viewer]),
        guard,
        off_shift,
        employment(STRANGER, 2, &[Disarmer]),
    ];
    drop(books);

    let mut books = world.dealers.books();
    let installer = employed(INSTALLER, dealers(1), &[]);
    let mut installers = team(1, dealers(1), &[&installer]);
    installers.roles = [(location_id(TOWER), [Disarmer].into())].into();
    books.teams = vec![installers];
    books.employments = vec![
        employed(TECHNICIAN, dealers(1), &[Armer, Disarmer]),
        installer,
        employed(LANTERN, dealers(2), &[Disarmer]),
    ];
    books.dealers = [(dealer(1), Some(provider(1))), (dealer(2), None)].into();
    books.administrators = [(user(DEALER_ADMIN), dealer(1).as_uuid())].into();
    drop(books);

    let operator = employed(OPERATOR, providers(1), &[Armer, Disarmer]);
    world.monitoring.books().employments = vec![operator];
}

pub(crate) fn name(organization: Organization) -> String {
    let number = |first: u128| organization.id().as_u128().wrapping_sub(first);
    match organization {
        Organization::Customer(_) => format!("Customer {}", number(0xc000)),
        Organization::Dealer(_) => format!("Dealer {}", number(0xd000)),
        Organization::Provider(_) => format!("Provider {}", number(0xb000)),
    }
}

pub(crate) fn dealers(n: u128) -> Organization {
    Organization::Dealer(dealer(n))
}

pub(crate) fn providers(n: u128) -> Organization {
    Organization::Provider(provider(n))
}

pub(crate) fn user(n: u128) -> UserId {
    Uuid::from_u128(n).into()
}

pub(crate) fn location_id(n: u128) -> LocationId {
    Uuid::from_u128(n).into()
}

pub(crate) fn customer(n: u128) -> CustomerId {
    Uuid::from_u128(0xc000 + n).into()
}

pub(crate) fn location(n: u128, name: &str, owner: u128) -> Location {
    Location {
        id: location_id(n),
        name: name.to_owned(),
        customer: customer(owner),
        customer_name: format!("Customer {owner}"),
        dealer: None,
        provider: None,
    }
}

pub(crate) fn dealer(n: u128) -> DealerId {
    Uuid::from_u128(0xd000 + n).into()
}

pub(crate) fn provider(n: u128) -> ProviderId {
    Uuid::from_u128(0xb000 + n).into()
}

pub(crate) fn team(n: u128, organization: Organization, members: &[&Employment]) -> Team {
    Team {
        id: Uuid::from_u128(0xa000 + n).into(),
        name: format!("Team {n}"),
        organization,
        members: members.iter().map(|held| held.id).collect(),
        roles: BTreeMap::new(),
    }
}

/// By a customer.
pub(crate) fn employment(who: u128, employer: u128, roles: &[SystemRole]) -> Employment {
    employed(who, Organization::Customer(customer(employer)), roles)
}

pub(crate) fn employed(who: u128, organization: Organization, roles: &[SystemRole]) -> Employment {
    Employment {
        id: Uuid::from_u128(0xe000 + who + (organization.id().as_u128() << 32)).into(),
        user: user(who),
        organization,
        organization_name: name(organization),
        roles: roles.iter().copied().collect(),
        location_roles: BTreeMap::new(),
        schedule: None,
    }
}

pub(crate) fn never() -> Schedule {
    serde_json::from_value(json!({ "timeZone": "UTC", "windows": [], "exceptions": [] })).unwrap()
}
