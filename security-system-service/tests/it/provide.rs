//! Decided by what the token brings; and, where that is not enough, by a strategy that looks at facts as they are.

use access::{Facts, Location, SystemId};
use http::Method;
use iam_claims::Claims;
use outbox::{ConsistencyToken, Position};
use rand::SeedableRng;
use rand::rngs::StdRng;
use security_system_service::authorization::{Live, Strategy};
use serde_json::{Value, json};

use crate::cast::location_id;
use crate::equality::{PEOPLE, PLACES, WORLDS, shuffle};
use crate::world::{
    ARMER, Answer, DISARMER, GUARD, INSTALLER, LANTERN, OFF_SHIFT, OPERATOR, STRANGER, TECHNICIAN,
    VIEWER, World, path, user,
};

impl World {
    /// What iam-service would put into a token now, having asked all owners.
    pub(crate) fn claims(&self, who: u128) -> Claims {
        let mut facts = Facts::default();
        let mut facts_at = ConsistencyToken::new();
        let owners = [&self.owner, &self.dealers, &self.monitoring];
        for owner in owners {
            let books = owner.books();
            let employments = books.employments.iter();
            let held = employments.filter(|held| held.user == user(who));
            facts.employments.extend(held.cloned());
            facts.teams.extend(books.teams.iter().cloned());
            let position = Position::new(1, books.position.into());
            facts_at.merge(&ConsistencyToken::of(owner.name(), position));
        }
        let dealers = self.dealers.books().dealers.clone();
        let mut locations = Vec::new();
        for (location, _) in self.owner.books().locations.values() {
            let dealer = location.dealer.as_ref();
            let provider = dealer.and_then(|dealer| dealers.get(dealer).copied().flatten());
            locations.push(Location {
                provider,
                ..location.clone()
            });
        }
        Claims::gathered(&facts, Some(&locations), facts_at, 0)
    }

    async fn disarm(&self, token: &str, system: SystemId, headers: &[(&str, &str)]) -> Answer {
        let body = Some(json!({ "action": "DISARM" }));
        let path = path(system);
        self.send(token, Method::PUT, &path, headers, body).await
    }

    /// With a token that claims what is so now.
    fn provided(&self, who: u128) -> String {
        self.token_telling(who, json!(self.claims(who)))
    }
}

fn by(answer: &Answer) -> &str {
    answer.header("authorization-strategy").unwrap()
}

const STALE: [(&str, &str); 1] = [("if-match", "\"0\"")];

#[tokio::test]
async fn nobody_is_asked() {
    let world = World::under(Strategy::Provide).await;
    let system = world.armed().await;
    for owner in [&world.owner, &world.dealers, &world.monitoring] {
        owner.asked();
    }
    for (who, status) in [
        (DISARMER, 412),
        (GUARD, 412),
        (TECHNICIAN, 412),
        (INSTALLER, 412),
        (OPERATOR, 412),
        (ARMER, 403),
        (VIEWER, 403),
        (OFF_SHIFT, 403),
        (STRANGER, 404),
        (LANTERN, 404),
    ] {
        let answer = world.disarm(&world.provided(who), system, &STALE).await;
        assert_eq!((who, answer.status), (who, status));
        assert_eq!(by(&answer), "provide");
        let off_shift = answer.problem() == "outside-schedule";
        assert_eq!(off_shift, who == OFF_SHIFT);
    }
    let token = world.provided(GUARD);
    let list = world.send(&token, Method::GET, "/securitysystems", &[], None);
    let list = list.await.expect(200);
    assert_eq!(by(&list), "provide");
    assert_eq!(list.body["items"][0]["location"]["name"], "Harbor Tower");
    assert_eq!(list.body["items"][0]["customer"]["name"], "Customer 1");
    let done = world.disarm(&token, system, &[]).await.expect(200);
    assert_eq!(done.body["authorizedBy"]["strategy"], "provide");
    assert_eq!(done.body["location"]["name"], "Harbor Tower");
    for owner in [&world.owner, &world.dealers, &world.monitoring] {
        assert_eq!(owner.asked(), [""; 0]);
    }
}

#[tokio::test]
async fn it_gives_the_answers_of_the_others() {
    let world = World::start_with(&["--demo"]).await;
    let mut systems = Vec::new();
    for at in PLACES {
        systems.push((at, world.system(at).await));
    }
    for seed in 100..100 + WORLDS {
        shuffle(&world, &mut StdRng::seed_from_u64(seed));
        world.streams.flow();
        world.streams.settle(&world).await;
        world.streams.stop();
        // A location that is reserved for a system is not removed.
        let there: Vec<_> = systems
            .iter()
            .filter(|(at, _)| {
                world
                    .owner
                    .books()
                    .locations
                    .contains_key(&location_id(*at))
            })
            .map(|(_, system)| *system)
            .collect();
        for who in PEOPLE {
            let token = world.provided(who);
            let fetched = outcomes(&world, &token, &there, Strategy::Fetch).await;
            let provided = outcomes(&world, &token, &there, Strategy::Provide).await;
            assert_eq!(fetched, provided, "person {who} in world {seed}");
        }
    }
}

/// What is seen and what may be done, whatever the reasons.
async fn outcomes(world: &World, token: &str, systems: &[SystemId], by: Strategy) -> Vec<Value> {
    let chosen = ("authorization-strategy", by.as_str());
    let mut told = Vec::new();
    let ask = async |method, path: &str, body: Option<Value>| {
        let headers = [chosen, STALE[0]];
        let answer = world.send(token, method, path, &headers, body).await;
        assert_eq!(answer.header("authorization-strategy"), Some(by.as_str()));
        answer
    };
    let list = ask(Method::GET, "/securitysystems", None).await;
    for shown in list.expect(200).body["items"].as_array().unwrap() {
        let id: SystemId = shown["id"].as_str().unwrap().parse().unwrap();
        if systems.contains(&id) {
            told.push(json!([
                id,
                shown["actions"],
                shown["location"],
                shown["customer"]
            ]));
        }
    }
    for system in systems {
        let path = path(*system);
        let shown = ask(Method::GET, &path, None).await;
        told.push(json!([shown.status, shown.body["actions"]]));
        for action in ["ARM", "DISARM", "ACKNOWLEDGE"] {
            let answer = ask(Method::PUT, &path, Some(json!({ "action": action }))).await;
            told.push(json!([action, answer.status]));
        }
    }
    told
}

#[tokio::test]
async fn what_does_not_tell_enough_is_decided_live() {
    for (arguments, live) in [
        (&[][..], "fetch"),
        (&["--live-strategy", "replicate"], "replicate"),
    ] {
        let world = World::under_with(Strategy::Provide, arguments).await;
        let system = world.armed().await;
        let claims = |who| json!(world.claims(who));
        let mut other_version = claims(DISARMER);
        other_version["version"] = json!(2);
        let mut without_version = claims(DISARMER);
        without_version.as_object_mut().unwrap().remove("version");
        let mut unrestricted = claims(OFF_SHIFT);
        let held = unrestricted["employments"][0].as_object_mut().unwrap();
        held.remove("schedule").unwrap();
        let mut without_reach = claims(TECHNICIAN);
        without_reach.as_object_mut().unwrap().remove("reach");
        for (who, facts, status) in [
            (DISARMER, json!(Claims::overflowing()), 412),
            (DISARMER, json!(Claims::unavailable()), 412),
            (VIEWER, json!(Claims::unavailable()), 403),
            (STRANGER, json!(Claims::overflowing()), 404),
            (DISARMER, json!(null), 412),
            (STRANGER, json!("everything"), 404),
            (STRANGER, json!({}), 404),
            (STRANGER, other_version, 404),
            (STRANGER, without_version, 404),
            (OFF_SHIFT, unrestricted, 403),
            (TECHNICIAN, without_reach, 412),
        ] {
            let token = world.token_telling(who, facts.clone());
            let answer = world.disarm(&token, system, &STALE).await;
            assert_eq!((answer.status, by(&answer)), (status, live), "{facts}");
            let list = world.send(&token, Method::GET, "/securitysystems", &[], None);
            let list = list.await.expect(200);
            let sees = !list.body["items"].as_array().unwrap().is_empty();
            assert_eq!((by(&list), sees), (live, status != 404), "{facts}");
        }
    }
    assert!("provide".parse::<Live>().is_err());
}

#[tokio::test]
async fn what_a_token_cannot_know_of_is_decided_live() {
    let world = World::under(Strategy::Provide).await;
    let system = world.armed().await;
    let other = world.system(crate::world::WAREHOUSE).await;
    world.owner.books().position = 41;
    let token = world.provided(DISARMER);
    world.owner.books().employments.remove(0);
    world.owner.books().position = 42;
    let answered = async |token: &str, system, known: &[(&str, &str)]| {
        let headers = [STALE.as_slice(), known].concat();
        let answer = world.disarm(token, system, &headers).await;
        (answer.status, by(&answer).to_owned())
    };
    let provide = (412, "provide".to_owned());
    let live = (404, "fetch".to_owned());
    // Until the token ends: that is the price.
    let known = [(
        "consistency-token",
        r#"customer-service="1:41", other="9:9""#,
    )];
    assert_eq!(answered(&token, system, &known).await, provide);
    // Whoever knows of the revocation sees it,
    let known = [("consistency-token", r#"customer-service="1:42""#)];
    assert_eq!(answered(&token, system, &known).await, live);
    // and where somebody acted who knew of it, it counts for everybody.
    let confirmed = world.act_with(ARMER, system, "ARM", &known).await;
    confirmed.expect(200);
    assert_eq!(answered(&token, system, &[]).await, live);
    assert_eq!(answered(&token, other, &[]).await, provide);
    let list = world.send(&token, Method::GET, "/securitysystems", &[], None);
    let list = list.await.expect(200);
    assert_eq!(
        (by(&list), list.body["items"].as_array().unwrap().len()),
        ("fetch", 0)
    );
}

#[tokio::test]
async fn the_age_of_facts_is_that_of_the_token_and_what_it_had_before() {
    let world = World::under(Strategy::Provide).await;
    let system = world.armed().await;
    let mut claims = json!(world.claims(GUARD));
    claims["ageMs"] = json!(1500);
    let token = world.token_telling(GUARD, claims);
    world.clock.advance(jiff::SignedDuration::from_secs(60));
    let done = world.disarm(&token, system, &[]).await.expect(200);
    assert_eq!(done.body["authorizedBy"]["factsAgeMs"], 61_500);
    let list = world.send(&token, Method::GET, "/securitysystems", &[], None);
    assert_eq!(list.await.header("age"), Some("61"));
}
