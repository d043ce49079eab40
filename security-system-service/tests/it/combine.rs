//! Decided by employments from the token and by what is kept of the rest.

use http::Method;
use iam_claims::Claims;
use jiff::SignedDuration;
use security_system_service::authorization::Strategy;
use serde_json::{Value, json};

use crate::world::{
    ARMER, Answer, DISARMER, GUARD, INSTALLER, LANTERN, OFF_SHIFT, OPERATOR, STRANGER, TECHNICIAN,
    TOWER, VIEWER, World, location_id, path,
};

impl World {
    /// A token with room for employments and no more.
    fn narrow(&self, who: u128) -> String {
        let mut claims = json!(self.claims(who));
        let claimed = claims.as_object_mut().unwrap();
        claimed.remove("reach").unwrap();
        claimed.insert("claimsOverflow".to_owned(), json!(true));
        self.token_telling(who, claims)
    }

    async fn attempt(&self, token: &str, system: access::SystemId) -> Answer {
        let body = Some(json!({ "action": "DISARM" }));
        let stale = [("if-match", "\"0\"")];
        self.send(token, Method::PUT, &path(system), &stale, body)
            .await
    }
}

fn by(answer: &Answer) -> &str {
    answer.header("authorization-strategy").unwrap()
}

#[tokio::test]
async fn where_employments_reach_needs_no_room_in_the_token() {
    let world = World::under(Strategy::Combine).await;
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
        let token = world.narrow(who);
        let answer = world.attempt(&token, system).await;
        assert_eq!((who, answer.status, by(&answer)), (who, status, "combine"));
        let list = world.send(&token, Method::GET, "/securitysystems", &[], None);
        let list = list.await.expect(200);
        let shown = list.body["items"].as_array().unwrap().len();
        assert_eq!(
            (who, shown, by(&list)),
            (who, usize::from(status != 404), "combine")
        );
    }
    for owner in [&world.owner, &world.dealers, &world.monitoring] {
        assert_eq!(owner.asked(), [""; 0]);
    }
}

#[tokio::test]
async fn each_fact_is_as_old_as_where_it_comes_from() {
    let world = World::under(Strategy::Combine).await;
    let system = world.armed().await;
    let (technician, installer) = (world.narrow(TECHNICIAN), world.narrow(INSTALLER));
    // Heard of: the team lost its role.
    world.dealers.books().teams[0].roles.clear();
    // Not told by the token: the technician was let go.
    world.dealers.books().employments.remove(0);
    assert_eq!(world.attempt(&installer, system).await.status, 404);
    assert_eq!(world.attempt(&technician, system).await.status, 412);
    // Heard of: the dealer is dismissed.
    let tower = location_id(TOWER);
    world
        .owner
        .books()
        .locations
        .get_mut(&tower)
        .unwrap()
        .0
        .dealer = None;
    assert_eq!(world.attempt(&technician, system).await.status, 404);
}

#[tokio::test]
async fn what_is_kept_has_a_bound_and_what_is_told_the_end_of_the_token() {
    let world = World::under(Strategy::Combine).await;
    let system = world.armed().await;
    let token = world.narrow(GUARD);
    world.clock.advance(SignedDuration::from_secs(60));
    // The sources go on: only the token is old.
    let answer = world.attempt(&token, system).await;
    assert_eq!((answer.status, by(&answer)), (412, "combine"));
    world.streams.stop();
    world.clock.advance(SignedDuration::from_secs(6));
    let answer = world.attempt(&token, system).await;
    assert_eq!((answer.status, by(&answer)), (503, "combine"));
    let path = path(system);
    let seen = world.send(&token, Method::GET, &path, &[], None);
    let seen = seen.await.expect(200);
    assert_eq!(seen.header("age"), Some("66"));
    assert_eq!(seen.body["actions"], json!([]));
}

#[tokio::test]
async fn both_parts_have_to_be_as_fresh_as_what_the_system_was_changed_by() {
    let world = World::start_with(&["--demo", "--facts-deadline", "300ms"]).await;
    let system = world.system(TOWER).await;
    world.streams.flow();
    world.streams.settle(&world).await;
    world.streams.stop();
    let known = [("consistency-token", r#"customer-service="1:41""#)];
    let done = world.act_with(ARMER, system, "ARM", &known).await;
    done.expect(200);
    let seen = async |told| {
        world.owner.books().position = told;
        let (token, path) = (world.narrow(VIEWER), path(system));
        world.owner.books().position = 0;
        let combine = [("authorization-strategy", "combine")];
        let seen = world.send(&token, Method::GET, &path, &combine, None);
        let seen = seen.await;
        (seen.status, by(&seen).to_owned())
    };
    assert_eq!(seen(40).await, (200, "fetch".to_owned()));
    assert_eq!(seen(41).await, (503, "combine".to_owned()));
    let on =
        "update outbox.inbox set watermark = 41, applied = 41 where source = 'customer-service'";
    let on = sqlx::query(on).execute(world.database.pool());
    on.await.unwrap();
    assert_eq!(seen(41).await, (200, "combine".to_owned()));
}

#[tokio::test]
async fn without_employments_a_live_strategy_decides() {
    let world = World::under(Strategy::Combine).await;
    let system = world.armed().await;
    world.owner.books().position = 7;
    let claims = |who| json!(world.claims(who));
    let mut restricted = claims(OFF_SHIFT);
    let held = restricted["employments"][0].as_object_mut().unwrap();
    held.remove("schedule").unwrap();
    for (who, facts, status) in [
        (DISARMER, json!(Claims::overflowing()), 412),
        (VIEWER, json!(Claims::unavailable()), 403),
        (STRANGER, Value::Null, 404),
        (OFF_SHIFT, restricted, 403),
    ] {
        let token = world.token_telling(who, facts.clone());
        let answer = world.attempt(&token, system).await;
        assert_eq!((answer.status, by(&answer)), (status, "fetch"), "{facts}");
    }
    let known = [("consistency-token", r#"customer-service="1:8""#)];
    let token = world.narrow(DISARMER);
    let path = path(system);
    let seen = world.send(&token, Method::GET, &path, &known, None);
    assert_eq!(by(&seen.await), "fetch");
}
