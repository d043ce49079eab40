//! Lists on which there are systems that somebody has changed knowing more than is known here.

use access::{Employment, SystemId, SystemRole};
use http::Method;
use security_system_service::authorization::Strategy;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use testkit::logged::statements;

use crate::world::{
    ANNEX, ARMER, Answer, CLINIC, GUARD, STRANGER, TOWER, VIEWER, WAREHOUSE, World, employment,
    location_id,
};

/// Those that know what has arrived, and can be asked to wait.
const HEARING: [Strategy; 3] = [
    Strategy::Replicate,
    Strategy::Delegate,
    Strategy::DelegateLocal,
];

impl World {
    /// Nothing arrives any more of what customer-service, or dealer-service, tells behind these positions.
    async fn comes_to(&self, customers: i64, dealers: i64) {
        for (source, position) in [("customer-service", customers), ("dealer-service", dealers)] {
            let to = "update outbox.inbox set watermark = $2 where source = $1";
            let to = sqlx::query(to).bind(source).bind(position);
            to.execute(self.database.pool()).await.unwrap();
        }
        self.pdp.desk.books().position = customers.try_into().unwrap();
        self.pdp.deaf.store(true, Ordering::SeqCst);
    }

    /// Somebody arms it who knows this.
    async fn armed_knowing(&self, at: SystemId, token: &str, by: &str) {
        let headers = [("consistency-token", token), ("authorization-strategy", by)];
        let armed = self.act_with(ARMER, at, "ARM", &headers).await;
        armed.expect(200);
    }
}

fn names(list: &Answer) -> Vec<&str> {
    let items = list.body["items"].as_array().unwrap().iter();
    items
        .map(|item| item["location"]["name"].as_str().unwrap())
        .collect()
}

/// Holds a role at a location that is not the employer's: what is there is looked at, and not shown.
fn elsewhere() -> Employment {
    let mut odd = employment(99, 2, &[SystemRole::Viewer]);
    odd.location_roles = [(location_id(TOWER), [SystemRole::Viewer].into())].into();
    odd
}

/// A world with these four systems, of which the tower was changed by somebody who knows more than will arrive.
async fn behind(strategy: Strategy) -> (World, SystemId) {
    // Whoever keeps facts waits for them; authz-service says no at once.
    let deadline = if strategy == Strategy::Replicate {
        "300ms"
    } else {
        "2s"
    };
    let world = World::under_with(strategy, &["--facts-deadline", deadline]).await;
    for at in [WAREHOUSE, CLINIC, ANNEX] {
        world.system(at).await;
    }
    let tower = world.system(TOWER).await;
    let by = strategy.as_str();
    world
        .armed_knowing(tower, r#"customer-service="1:2""#, by)
        .await;
    world.streams.stop();
    world.comes_to(1, 1).await;
    (world, tower)
}

#[tokio::test]
async fn what_is_not_known_of_one_system_hides_no_other() {
    for strategy in HEARING {
        let (world, tower) = behind(strategy).await;
        let list = world.get(VIEWER, "/securitysystems").await.expect(200);
        assert_eq!(names(&list), ["Harbor Warehouse", "Harbor Annex"]);
        assert_eq!(list.body["undecided"], json!([tower]), "{strategy}");
        assert_eq!(
            list.header("authorization-strategy"),
            Some(strategy.as_str())
        );
        let list = world.get(GUARD, "/securitysystems").await.expect(200);
        assert_eq!(list.body["items"], json!([]));
        assert_eq!(list.body["undecided"], json!([tower]), "{strategy}");

        world.comes_to(2, 1).await;
        let list = world.get(VIEWER, "/securitysystems").await.expect(200);
        let all = ["Harbor Tower", "Harbor Warehouse", "Harbor Annex"];
        assert_eq!(names(&list), all, "{strategy}");
        assert_eq!(list.body["undecided"], Value::Null);
    }
}

#[tokio::test]
async fn pages_are_complete_with_what_is_undecided_on_each() {
    for strategy in HEARING {
        let (world, tower) = behind(strategy).await;
        let (mut met, mut page) = (Vec::new(), String::new());
        loop {
            let path = format!("/securitysystems?limit=1{page}");
            let part = world.get(VIEWER, &path).await.expect(200);
            let undecided = part.body["undecided"].as_array();
            met.extend(undecided.into_iter().flatten().map(ToString::to_string));
            met.extend(names(&part).into_iter().map(ToOwned::to_owned));
            match part.body["nextPage"].as_str() {
                Some(next) => page = format!("&page={next}"),
                None => break,
            }
        }
        let tower = json!(tower).to_string();
        assert_eq!(met, [&*tower, "Harbor Warehouse", "Harbor Annex"]);
    }
}

/// What is kept with a system is no affair of who does not see it: they do not wait, and read nothing of it.
#[tokio::test]
async fn who_does_not_see_it_is_told_nothing_and_does_not_wait() {
    for strategy in HEARING {
        let (world, _) = behind(strategy).await;
        world.owner.books().employments.push(elsewhere());
        world.streams.flow();
        world.streams.settle(&world).await;
        world.streams.stop();
        world.comes_to(1, 1).await;
        let mut made = Vec::new();
        for who in [STRANGER, 99] {
            world.pdp.desk.asked();
            let listed = world.get(who, "/securitysystems");
            let (list, sent) = statements(listed).await;
            let list = list.expect(200);
            assert_eq!(names(&list), ["Cedar Hill Main"]);
            assert_eq!(list.body["undecided"], Value::Null);
            // A connection that has not met a page yet asks what that is, once.
            let sent = sent.iter().filter(|begins| !begins.contains("pg_type"));
            made.push((sent.count(), world.pdp.desk.asked()));
        }
        assert_eq!(made[0], made[1], "{strategy}");
    }
}

/// What has come is enough for some, and others have to wait longer.
#[tokio::test]
async fn each_waits_for_its_own_sources() {
    let world = World::under_with(Strategy::Replicate, &["--facts-deadline", "300ms"]).await;
    let (tower, annex) = (world.system(TOWER).await, world.system(ANNEX).await);
    for (system, token) in [
        (tower, r#"customer-service="1:2""#),
        (annex, r#"dealer-service="1:2""#),
    ] {
        world.armed_knowing(system, token, "replicate").await;
    }
    world.streams.stop();
    world.comes_to(1, 1).await;
    let list = world.get(VIEWER, "/securitysystems");
    let (list, ()) = tokio::join!(list, world.comes_to(2, 1));
    let list = list.expect(200);
    assert_eq!(names(&list), ["Harbor Tower"]);
    assert_eq!(list.body["undecided"], json!([annex]));
}

#[tokio::test]
async fn a_token_that_tells_too_little_of_what_is_not_seen_tells_enough() {
    for strategy in ["provide", "combine"] {
        let world = World::start_with(&["--demo"]).await;
        let tower = world.system(TOWER).await;
        world.owner.books().employments.push(elsewhere());
        world.streams.flow();
        world.streams.settle(&world).await;
        world.streams.stop();
        world
            .armed_knowing(tower, r#"customer-service="1:41""#, "fetch")
            .await;
        for (who, by, sees) in [(VIEWER, "fetch", 1), (99, strategy, 0)] {
            let token = world.token_telling(who, json!(world.claims(who)));
            let chosen = [("authorization-strategy", strategy)];
            let list = world.send(&token, Method::GET, "/securitysystems", &chosen, None);
            let list = list.await.expect(200);
            assert_eq!(list.header("authorization-strategy"), Some(by));
            assert_eq!(names(&list).len(), sees);
        }
    }
}
