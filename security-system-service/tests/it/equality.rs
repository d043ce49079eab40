//! All strategies give the same answer, with the same grants and the same closest missing fact: on random
//! worlds, and whatever the facts are.

use access::{Employment, LocationId, Organization, SystemId, SystemRole};
use http::Method;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use security_system_service::authorization::Strategy;
use serde_json::{Value, json};

use crate::cast::{dealers, employed, location_id, never, providers, team};
use crate::world::{ANNEX, CLINIC, TOWER, WAREHOUSE, World, customer, dealer, path, provider};

pub(crate) const WORLDS: u64 = 8;
pub(crate) const PEOPLE: [u128; 3] = [1, 2, 3];
pub(crate) const PLACES: [u128; 4] = [TOWER, WAREHOUSE, ANNEX, CLINIC];

#[tokio::test]
async fn strategies_differ_in_nothing_but_themselves() {
    let world = World::start_with(&["--demo"]).await;
    let mut systems = Vec::new();
    for at in PLACES {
        systems.push(world.system(at).await);
    }
    for seed in 0..WORLDS {
        shuffle(&world, &mut StdRng::seed_from_u64(seed));
        world.streams.flow();
        world.streams.settle(&world).await;
        world.streams.stop();
        for who in PEOPLE {
            let fetched = answers(&world, who, &systems, Strategy::Fetch).await;
            for other in [
                Strategy::Replicate,
                Strategy::Combine,
                Strategy::Delegate,
                Strategy::DelegateLocal,
            ] {
                let answers = answers(&world, who, &systems, other).await;
                assert_eq!(fetched, answers, "person {who} in world {seed} by {other}");
            }
        }
    }
}

/// All that can be asked: the list; and, of each system, a look, why, something that changes nothing (and says by
/// what it was allowed), and something that would, if the system had another version.
async fn answers(world: &World, who: u128, systems: &[SystemId], by: Strategy) -> Vec<Value> {
    // Which fetch and replicate make nothing of.
    let token = world.token_telling(who, json!(world.claims(who)));
    let decided = ("authorization-strategy", by.as_str());
    let stale = [decided, ("if-match", "\"0\"")];
    let disarm = || Some(json!({ "action": "DISARM" }));
    let arm = || Some(json!({ "action": "ARM" }));
    let mut told = Vec::new();
    let mut ask = async |method, path: &str, headers: &[(&str, &str)], body| {
        let mut answer = world.send(&token, method, path, headers, body).await;
        assert_eq!(answer.header("authorization-strategy"), Some(by.as_str()));
        if let Some(basis) = answer.body.get_mut("authorizedBy") {
            assert_eq!(basis["strategy"], by.as_str());
            basis["strategy"].take();
            basis["policyVersion"].take();
        }
        if let Some(body) = answer.body.as_object_mut() {
            // Whatever says who decided, and when, is another one's.
            for own in ["traceId", "strategy", "policyVersion", "tookMicros"] {
                body.remove(own);
            }
        }
        for explained in answer.body["operations"]
            .as_array_mut()
            .into_iter()
            .flatten()
        {
            assert_eq!(explained["strategy"].take(), by.as_str());
        }
        told.push(json!({ "status": answer.status, "body": answer.body }));
    };
    ask(Method::GET, "/securitysystems", &[decided], None).await;
    for system in systems {
        let path = path(*system);
        ask(Method::GET, &path, &[decided], None).await;
        let explanation = format!("{path}/explanation");
        ask(Method::GET, &explanation, &[decided], None).await;
        ask(Method::PUT, &path, &[decided], disarm()).await;
        ask(Method::PUT, &path, &stale, arm()).await;
    }
    told
}

/// Other facts, of all kinds.
pub(crate) fn shuffle(world: &World, dice: &mut StdRng) {
    let mut books = world.owner.books();
    for (n, owner) in PLACES.into_iter().zip([1, 1, 1, 2]) {
        let appointed = [None, Some(dealer(1)), Some(dealer(2))];
        let mut location = crate::cast::location(n, &format!("Place {n}"), owner);
        location.dealer = *appointed.choose(dice).unwrap();
        books.locations.insert(location.id, (location, 1));
        if dice.random_bool(0.1) {
            books.locations.remove(&location_id(n));
        }
    }
    drop(books);
    let appointed = [None, Some(provider(1)), Some(provider(2))];
    let appoint = |n, dice: &mut StdRng| (dealer(n), *appointed.choose(dice).unwrap());
    world.dealers.books().dealers = [appoint(1, dice), appoint(2, dice)].into();

    let customers = [1, 2].map(|n| Organization::Customer(customer(n)));
    for (owner, organizations) in [
        (&world.owner, customers),
        (&world.dealers, [1, 2].map(dealers)),
        (&world.monitoring, [1, 2].map(providers)),
    ] {
        let mut books = owner.books();
        (books.employments, books.teams) = (Vec::new(), Vec::new());
        for organization in organizations {
            let staff = staff(organization, dice);
            let members: Vec<_> = staff.iter().filter(|_| dice.random_bool(0.5)).collect();
            let mut team = team(organization.id().as_u128(), organization, &members);
            team.roles = PLACES.map(|at| (location_id(at), roles(dice))).into();
            team.roles.retain(|_, _| dice.random_bool(0.5));
            books.teams.push(team);
            books.employments.extend(staff);
        }
    }
}

fn staff(organization: Organization, dice: &mut StdRng) -> Vec<Employment> {
    let mut staff = Vec::new();
    let mut hired = PEOPLE.to_vec();
    hired.retain(|_| dice.random_bool(0.5));
    for who in hired {
        let mut employment = employed(who, organization, &[]);
        if dice.random_bool(0.5) {
            employment.roles = roles(dice);
        }
        if matches!(organization, Organization::Customer(_)) {
            let at: LocationId = location_id(*PLACES.choose(dice).unwrap());
            employment.location_roles = [(at, roles(dice))].into();
        }
        employment.schedule = dice.random_bool(0.3).then(never);
        staff.push(employment);
    }
    staff
}

fn roles(dice: &mut StdRng) -> std::collections::BTreeSet<SystemRole> {
    let all = SystemRole::ALL.into_iter();
    all.filter(|_| dice.random_bool(0.4)).collect()
}
