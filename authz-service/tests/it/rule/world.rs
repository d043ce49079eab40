//! Random worlds of the law: two of everything, so that mistakes of identity have somewhere to show.

use std::collections::{BTreeMap, BTreeSet};

use access::{
    Employment, Facts, Location, LocationId, Operation, Organization, Question, Schedule,
    SystemRole, Team,
};
use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

fn roles() -> impl Strategy<Value = BTreeSet<SystemRole>> {
    btree_set(select(&SystemRole::ALL[..]), 0..=2)
}

fn roles_by_location() -> impl Strategy<Value = BTreeMap<LocationId, BTreeSet<SystemRole>>> {
    btree_map((1..=2_u128).prop_map(id), roles(), 0..=2)
}

fn organization() -> impl Strategy<Value = Organization> {
    prop_oneof![
        3 => (1..=2_u128).prop_map(|number| Organization::Customer(id(number))),
        1 => (1..=2_u128).prop_map(|number| Organization::Dealer(id(number))),
        1 => (1..=2_u128).prop_map(|number| Organization::Provider(id(number))),
    ]
}

/// Never open, or open at the instant of every [`question`].
fn schedule() -> impl Strategy<Value = Schedule> {
    let schedules = [
        r#"{"timeZone":"UTC","windows":[],"exceptions":[]}"#,
        r#"{"timeZone":"UTC","windows":[{"day":"SUNDAY","start":"00:00","end":"24:00"}],"exceptions":[]}"#,
    ];
    select(schedules.to_vec()).prop_map(|json| serde_json::from_str(json).unwrap())
}

fn employment(number: u128) -> impl Strategy<Value = Employment> {
    let restriction = option::weighted(0.4, schedule());
    (
        1..=2_u128,
        organization(),
        roles(),
        roles_by_location(),
        restriction,
    )
        .prop_map(
            move |(user, organization, roles, location_roles, schedule)| Employment {
                id: id(number),
                user: id(user),
                organization,
                organization_name: "An employer".to_owned(),
                roles,
                location_roles,
                schedule,
            },
        )
}

fn team(number: u128) -> impl Strategy<Value = Team> {
    let members = btree_set((1..=4_u128).prop_map(id), 0..=3);
    (organization(), members, roles_by_location()).prop_map(
        move |(organization, members, roles)| Team {
            id: id(number),
            name: "A team".to_owned(),
            organization,
            members,
            roles,
        },
    )
}

fn location() -> impl Strategy<Value = Location> {
    let appointed = || option::weighted(0.8, 1..=2_u128);
    (1..=2_u128, 1..=2_u128, appointed(), appointed()).prop_map(
        |(number, customer, dealer, provider)| Location {
            id: id(number),
            name: "A location".to_owned(),
            customer: id(customer),
            customer_name: "A customer".to_owned(),
            dealer: dealer.map(id),
            provider: provider.map(id),
        },
    )
}

pub(super) fn world() -> impl Strategy<Value = Facts> {
    let employments = (1..=4_usize)
        .prop_flat_map(|count| (1..=count as u128).map(employment).collect::<Vec<_>>());
    let teams =
        (0..=2_usize).prop_flat_map(|count| (1..=count as u128).map(team).collect::<Vec<_>>());
    (option::weighted(0.95, location()), employments, teams).prop_map(
        |(location, employments, teams)| Facts {
            location,
            employments,
            teams,
        },
    )
}

/// On Sunday 2026-11-22 at noon UTC.
pub(super) fn question() -> impl Strategy<Value = Question> {
    (1..=2_u128, select(&Operation::ALL[..]), 1..=2_u128).prop_map(|(user, operation, location)| {
        Question {
            user: id(user),
            operation,
            location: id(location),
            at: "2026-11-22T12:00:00Z".parse().unwrap(),
        }
    })
}
