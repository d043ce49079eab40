//! Whatever is told, in whatever order, the policies answer what the law says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use access::{
    Employment, Location, LocationId, Operation, Organization, Schedule, SystemId, SystemRole,
    Team, decide,
};
use authz_service::domain::{Directory, Key, Kind, Owner, State};
use jiff::Timestamp;
use pdp::{Engine, Policies, Uid};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

static POLICIES: LazyLock<Policies> =
    LazyLock::new(|| authz_service::store::policies(None::<&Path>).unwrap());

/// Closed, and a minute later open.
const BEFORE: &str = "2026-11-22T11:59:30Z";
const AFTER: &str = "2026-11-22T12:00:00Z";

fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

fn two() -> impl Strategy<Value = u128> {
    1..=2_u128
}

fn roles() -> impl Strategy<Value = BTreeSet<SystemRole>> {
    btree_set(select(&SystemRole::ALL[..]), 0..=2)
}

fn roles_by_location() -> impl Strategy<Value = BTreeMap<LocationId, BTreeSet<SystemRole>>> {
    btree_map(two().prop_map(id), roles(), 0..=2)
}

/// Ids of different kinds are different.
fn organization() -> impl Strategy<Value = Organization> {
    prop_oneof![
        3 => two().prop_map(|number| Organization::Customer(id(10 + number))),
        1 => two().prop_map(|number| Organization::Dealer(id(20 + number))),
        1 => two().prop_map(|number| Organization::Provider(id(30 + number))),
    ]
}

fn schedule() -> impl Strategy<Value = Schedule> {
    let schedules = [
        r#"{"timeZone":"UTC","windows":[],"exceptions":[]}"#,
        r#"{"timeZone":"UTC","windows":[{"day":"SUNDAY","start":"12:00","end":"24:00"}],"exceptions":[]}"#,
        r#"{"timeZone":"UTC","windows":[{"day":"SUNDAY","start":"00:00","end":"12:00"}],"exceptions":[]}"#,
    ];
    select(schedules.to_vec()).prop_map(|json| serde_json::from_str(json).unwrap())
}

type Told = (Key, Option<State>);

fn organized() -> impl Strategy<Value = Told> {
    (organization(), option::weighted(0.7, two())).prop_map(|(is, provider)| {
        let provider = provider.map(|number| id(30 + number));
        let provider = provider.filter(|_| matches!(is, Organization::Dealer(_)));
        let name = "An organization".to_owned();
        (
            Key::organization(is),
            Some(State::Organization { is, name, provider }),
        )
    })
}

fn located() -> impl Strategy<Value = Told> {
    (two(), two(), option::weighted(0.8, two())).prop_map(|(number, customer, dealer)| {
        let location = Location {
            id: id(number),
            name: "A location".to_owned(),
            customer: id(10 + customer),
            customer_name: String::new(),
            dealer: dealer.map(|number| id(20 + number)),
            provider: None,
        };
        let key = Key::new(Owner::Customers, Kind::Location, location.id);
        (key, Some(State::Location(location)))
    })
}

fn employed() -> impl Strategy<Value = Told> {
    let restriction = option::weighted(0.5, schedule());
    (
        1..=3_u128,
        two(),
        organization(),
        roles(),
        roles_by_location(),
        restriction,
    )
        .prop_map(
            |(number, user, organization, roles, location_roles, schedule)| {
                let employment = Employment {
                    id: id(50 + number),
                    user: id(40 + user),
                    organization,
                    organization_name: String::new(),
                    roles,
                    location_roles,
                    schedule,
                };
                let key = Key::new(Owner::of(organization), Kind::Employment, employment.id);
                (key, Some(State::Employment(employment)))
            },
        )
}

fn teamed() -> impl Strategy<Value = Told> {
    let members = btree_set((1..=3_u128).prop_map(|number| id(50 + number)), 0..=3);
    (two(), organization(), members, roles_by_location()).prop_map(
        |(number, organization, members, roles)| {
            let team = Team {
                id: id(60 + number),
                name: "A team".to_owned(),
                organization,
                members,
                roles,
            };
            let key = Key::new(Owner::of(organization), Kind::Team, team.id);
            (key, Some(State::Team(team)))
        },
    )
}

fn placed() -> impl Strategy<Value = Told> {
    (two(), two()).prop_map(|(number, location)| {
        let system = State::System {
            id: id(70 + number),
            location: id(location),
        };
        let key = Key::new(Owner::Systems, Kind::System, id::<Uuid>(70 + number));
        (key, Some(system))
    })
}

/// Something is told, or its end.
fn told() -> impl Strategy<Value = Told> {
    let all = prop_oneof![1 => organized(), 1 => located(), 2 => employed(), 2 => teamed(), 1 => placed()];
    (all, prop::bool::weighted(0.15))
        .prop_map(|((key, state), ends)| (key, state.filter(|_| !ends)))
}

fn agree(directory: &Directory, engine: &Engine, at: Timestamp) -> Result<(), TestCaseError> {
    let view = engine.view();
    for system in 1..=2_u128 {
        let system: SystemId = id(70 + system);
        let Some(location) = directory.system(system) else {
            continue;
        };
        for user in 1..=2_u128 {
            let user = id(40 + user);
            let facts = directory.facts(user, location);
            for (operation, action) in
                Operation::ALL
                    .into_iter()
                    .zip(["view", "arm", "disarm", "acknowledge"])
            {
                let question = access::Question {
                    user,
                    operation,
                    location,
                    at,
                };
                let law = decide(&question, &facts).is_allowed();
                let asked = pdp::Question::new(
                    Uid::new("User", user.to_string()),
                    Uid::new("Action", action),
                    Uid::new("System", system.to_string()),
                );
                let answer = view.ask(&asked).unwrap();
                prop_assert!(answer.errors.is_empty());
                prop_assert_eq!(answer.allowed, law, "{:?} {:?}", question, facts);
            }
        }
    }
    Ok(())
}

/// Of a team that many belong to, and that holds much elsewhere.
#[test]
fn of_a_team_no_more_is_told_than_bears_on_the_question() {
    let employment = Employment {
        id: id(51),
        user: id(41),
        organization: Organization::Customer(id(11)),
        organization_name: String::new(),
        roles: BTreeSet::new(),
        location_roles: BTreeMap::new(),
        schedule: None,
    };
    let armers = || BTreeSet::from([SystemRole::Armer]);
    let team = Team {
        id: id(61),
        name: "A team".to_owned(),
        organization: employment.organization,
        members: (51..60).map(id).collect(),
        roles: (1..9).map(|number| (id(number), armers())).collect(),
    };
    let location = Location {
        id: id(1),
        name: "A location".to_owned(),
        customer: id(11),
        customer_name: String::new(),
        dealer: None,
        provider: None,
    };
    let mut directory = Directory::default();
    let of = |kind, id: Uuid| Key::new(Owner::Customers, kind, id);
    for (key, state) in [
        (of(Kind::Location, id(1)), State::Location(location)),
        (of(Kind::Employment, id(51)), State::Employment(employment)),
        (of(Kind::Team, id(61)), State::Team(team)),
    ] {
        directory.put(key, Some(state));
    }
    let told = directory.facts(id(41), id(1)).teams;
    let [team] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!(team.members, [id(51)].into());
    assert_eq!(team.roles, [(id(1), armers())].into());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_told_the_policies_say_what_the_law_says(news in vec(told(), 1..40)) {
        let (before, after): (Timestamp, Timestamp) = (BEFORE.parse().unwrap(), AFTER.parse().unwrap());
        let engine = Engine::new(&POLICIES).unwrap();
        let mut directory = Directory::default();
        engine.write(directory.turn(before)).unwrap();
        for (key, state) in news {
            engine.write(directory.put(key, state)).unwrap();
            agree(&directory, &engine, before)?;
        }
        prop_assert!(!directory.is_of(after));
        engine.write(directory.turn(after)).unwrap();
        agree(&directory, &engine, after)?;
        // Where everything has ended, nothing is left.
        for key in directory.known() {
            engine.write(directory.put(key, None)).unwrap();
        }
        prop_assert!(engine.view().is_empty(), "{:?}", engine.view().facts().collect::<Vec<_>>());
    }
}
