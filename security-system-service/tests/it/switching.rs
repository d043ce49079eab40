//! Strategies are chosen while the service runs: by administrators of a demonstration, for every instance.

use std::sync::Arc;
use std::time::Duration;

use access::Operation;
use axum::Router;
use chassis::clock::Clocks;
use futures::future::join_all;
use http::Method;
use outbox::Progress;
use security_system_service::Service;
use security_system_service::app::Switch;
use security_system_service::authorization::Strategy;
use serde_json::{Value, json};
use testkit::session::Session;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::world::{ADMIN, ARMER, Answer, DEALER_ADMIN, DISARMER, VIEWER, World, path, user};

const DISARM: &str = "/strategies/disarm";

impl World {
    async fn choose(&self, strategy: &str, headers: &[(&str, &str)]) -> Answer {
        let body = Some(json!({ "strategy": strategy }));
        let token = self.token(ADMIN);
        self.send(&token, Method::PUT, DISARM, headers, body).await
    }

    async fn reset(&self, headers: &[(&str, &str)]) -> Answer {
        let token = self.token(ADMIN);
        self.send(&token, Method::DELETE, DISARM, headers, None)
            .await
    }

    /// What is in force for disarming.
    async fn in_force(&self) -> Value {
        let told = self.get(ADMIN, "/strategies").await.expect(200);
        told.body["operations"][2].clone()
    }

    /// Who decides when somebody disarms.
    async fn decides(&self, system: access::SystemId) -> String {
        self.act(ARMER, system, "ARM").await.expect(200);
        let done = self.act(DISARMER, system, "DISARM").await.expect(200);
        assert_eq!(
            done.body["authorizedBy"]["strategy"].as_str(),
            done.header("authorization-strategy")
        );
        done.header("authorization-strategy").unwrap().to_owned()
    }

    /// Another instance on the same database, told more.
    fn another(&self, more: &[&str]) -> Instance {
        let config = self.config(more);
        let clocks = Clocks {
            decisions: Arc::new(self.clock.clone()),
            tokens: Arc::new(self.clock.clone()),
        };
        let service = Service::new(&config, &clocks).unwrap();
        Instance {
            router: service.router(&config.settings),
            service,
        }
    }
}

struct Instance {
    service: Service,
    router: Router,
}

impl Instance {
    fn decides(&self, operation: Operation) -> Strategy {
        let authorizers = self.service.api.app.authorizers();
        authorizers.choices().in_force(operation)
    }

    fn switch(&self) -> Switch {
        Switch::new(self.service.api.app.clone())
    }

    fn caller(&self, world: &World, who: u128) -> Session {
        Session::new(self.router.clone(), Some(world.token(who)))
    }
}

#[tokio::test]
async fn an_administrator_of_a_demonstration_chooses_and_takes_it_back() {
    let world = World::start_with(&["--demo", "--strategy", "arm=replicate"]).await;
    let system = world.system(crate::world::TOWER).await;
    world.streams.flow();
    let told = world.get(ADMIN, "/strategies").await.expect(200);
    assert_eq!(told.body["strategies"], json!(Strategy::ALL));
    assert_eq!(told.body["liveStrategy"], "fetch");
    let operations = told.body["operations"].as_array().unwrap().iter();
    let operations: Vec<_> = operations
        .map(|told| (told["operation"].as_str().unwrap(), &told["strategy"]))
        .collect();
    let (fetch, replicate) = (&json!("fetch"), &json!("replicate"));
    assert_eq!(
        operations,
        [
            ("view", fetch),
            ("arm", replicate),
            ("disarm", fetch),
            ("acknowledge", fetch)
        ]
    );
    assert_eq!(
        world.in_force().await,
        json!({
            "operation": "disarm", "strategy": "fetch", "configured": "fetch", "chosen": null,
            "version": 0, "changed": null,
        })
    );
    assert_eq!(world.decides(system).await, "fetch");

    let done = world.choose("delegate", &[("if-match", "\"0\"")]).await;
    let done = done.expect(200);
    assert_eq!(done.header("etag"), Some("\"1\""));
    assert_eq!(
        done.body,
        json!({
            "operation": "disarm", "strategy": "delegate", "configured": "fetch", "chosen": "delegate",
            "version": 1, "changed": {
                "by": { "userId": user(ADMIN), "name": "Person 9" }, "at": "2026-11-22T12:00:00Z",
            },
        })
    );
    assert_eq!(world.in_force().await, done.body);
    assert_eq!(world.decides(system).await, "delegate");

    // Whom a request names decides that one still.
    world.act(ARMER, system, "ARM").await.expect(200);
    let named = [("authorization-strategy", "replicate")];
    let done = world.act_with(DISARMER, system, "DISARM", &named).await;
    let done = done.expect(200);
    assert_eq!(done.header("authorization-strategy"), Some("replicate"));

    let done = world.reset(&[("if-match", "\"1\"")]).await.expect(200);
    assert_eq!(done.header("etag"), Some("\"2\""));
    let now = world.in_force().await;
    assert_eq!((&now["strategy"], &now["chosen"]), (fetch, &Value::Null));
    assert_eq!(now["changed"]["by"]["name"], "Person 9");
    assert_eq!(world.decides(system).await, "fetch");
}

#[tokio::test]
async fn nobody_else_does() {
    let world = World::start_with(&["--demo"]).await;
    for who in [VIEWER, DEALER_ADMIN] {
        let token = world.token(who);
        for (method, path, body) in [
            (Method::GET, "/strategies", None),
            (Method::PUT, DISARM, Some(json!({ "strategy": "delegate" }))),
            (Method::DELETE, DISARM, None),
        ] {
            let refused = world.send(&token, method, path, &[], body).await;
            assert_eq!(
                refused.expect(403).problem(),
                "not-a-platform-administrator"
            );
        }
    }
    assert_eq!(world.in_force().await["version"], 0);
}

#[tokio::test]
async fn what_there_is_not_is_not_chosen() {
    let world = World::start_with(&["--demo"]).await;
    let token = world.token(ADMIN);
    let put = async |path: &str, body: Value| {
        world.send(&token, Method::PUT, path, &[], Some(body)).await
    };
    for operation in ["explode", "DISARM", "", "disarm/all"] {
        let path = format!("/strategies/{operation}");
        put(&path, json!({ "strategy": "fetch" })).await.expect(404);
    }
    for body in [json!({ "strategy": "guess" }), json!({})] {
        let refused = put(DISARM, body).await.expect(422);
        assert_eq!(
            refused.body["errors"][0]["field"], "strategy",
            "{refused:?}"
        );
    }
    put(DISARM, json!({ "strategy": null })).await.expect(400);
    assert_eq!(world.in_force().await["version"], 0);
}

#[tokio::test]
async fn who_has_not_seen_the_last_choice_is_told() {
    let world = World::start_with(&["--demo"]).await;
    world.choose("delegate", &[]).await.expect(200);
    let seen = [("if-match", "\"0\"")];
    let late = world.choose("replicate", &seen).await.expect(412);
    assert_eq!(late.problem(), "precondition-failed");
    assert_eq!(
        world.reset(&seen).await.expect(412).problem(),
        "precondition-failed"
    );
    assert_eq!(world.in_force().await["strategy"], "delegate");

    // The same once more is no other choice: since when it is so stays true.
    let again = world.choose("delegate", &[]).await.expect(200);
    assert_eq!(again.body["version"], 1);
    world.reset(&[]).await.expect(200);
    assert_eq!(world.reset(&[]).await.expect(200).body["version"], 2);
}

#[tokio::test]
async fn of_those_who_choose_at_once_one_is_in_time() {
    let world = World::start_with(&["--demo"]).await;
    let other = world.another(&["--demo"]);
    let session = other.caller(&world, ADMIN);
    let strategies = ["replicate", "delegate", "provide", "combine"];
    for round in 0..4 {
        let seen = format!("\"{}\"", 2 * round);
        let seen = [("if-match", seen.as_str())];
        let here = strategies.map(|strategy| world.choose(strategy, &seen));
        let there = strategies.map(|strategy| {
            let body = Some(json!({ "strategy": strategy }));
            session.send(Method::PUT, DISARM, body, &seen)
        });
        let (here, there) = tokio::join!(join_all(here), join_all(there));
        let here = here.into_iter().map(|answer| answer.status);
        let there = there.into_iter().map(|answer| answer.status.as_u16());
        let mut statuses: Vec<_> = here.chain(there).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412, 412, 412, 412, 412, 412, 412]);
        assert_eq!(world.in_force().await["version"], 2 * round + 1);
        world.reset(&[]).await.expect(200);
    }
    let without = strategies.map(|strategy| world.choose(strategy, &[]));
    for answer in join_all(without).await {
        answer.expect(200);
    }
}

#[tokio::test]
async fn every_instance_hears_of_it_and_one_that_is_started_anew_knows_it() {
    let world = World::start_with(&["--demo"]).await;
    let other = world.another(&["--demo"]);
    let mut chosen = other.service.api.app.authorizers().choices().follow();
    let stop = CancellationToken::new();
    let working = tokio::spawn(other.switch().run(stop.clone()));
    chosen.changed().await.unwrap();
    assert_eq!(other.decides(Operation::Disarm), Strategy::Fetch);

    world.choose("delegate", &[]).await.expect(200);
    let heard = timeout(Duration::from_secs(1), chosen.changed()).await;
    heard.expect("within a second").unwrap();
    assert_eq!(other.decides(Operation::Disarm), Strategy::Delegate);
    assert_eq!(other.decides(Operation::Arm), Strategy::Fetch);
    stop.cancel();
    working.await.unwrap();

    // Before it says that it is ready, a new one has looked.
    let new = world.another(&["--demo", "--strategy", "disarm=replicate"]);
    assert_eq!(new.decides(Operation::Disarm), Strategy::Replicate);
    let ready = new.caller(&world, ADMIN).get("/health/ready").await;
    assert_eq!(ready.status, 200);
    assert_eq!(new.decides(Operation::Disarm), Strategy::Delegate);
}

#[tokio::test]
async fn without_the_database_the_last_choice_goes_on_to_count() {
    let world = World::start_with(&["--demo"]).await;
    let other = world.another(&["--demo"]);
    world.to_database.cut();
    assert!(other.switch().step().await.is_err());
    assert_eq!(other.decides(Operation::Disarm), Strategy::Fetch);
    world.to_database.restore();
    world.choose("delegate", &[]).await.expect(200);
    assert_eq!(other.switch().step().await.unwrap(), Progress::Idle);
    world.to_database.cut();
    assert!(other.switch().step().await.is_err());
    assert_eq!(other.decides(Operation::Disarm), Strategy::Delegate);
    let unready = other.caller(&world, ADMIN).get("/strategies").await;
    unready.fails(503, "unavailable");
}

#[tokio::test]
async fn what_is_not_known_by_its_name_is_not_obeyed() {
    let world = World::start_with(&["--demo"]).await;
    let insert =
        "insert into strategy_choice values ('disarm', 1, 'guess', $1, 'A later version', now())";
    let insert = sqlx::query(insert).bind(user(ADMIN).as_uuid());
    insert.execute(world.database.pool()).await.unwrap();
    let now = world.in_force().await;
    assert_eq!(
        (&now["strategy"], &now["version"]),
        (&json!("fetch"), &json!(1))
    );
    let system = world.system(crate::world::TOWER).await;
    assert_eq!(world.decides(system).await, "fetch");
}

#[tokio::test]
async fn outside_of_a_demonstration_there_is_nothing_to_choose_and_nothing_is_obeyed() {
    let world = World::start_with(&["--demo"]).await;
    world.choose("delegate", &[]).await.expect(200);
    let other = world.another(&[]);
    let session = other.caller(&world, ADMIN);
    session.get("/strategies").await.fails(404, "not-found");
    let body = json!({ "strategy": "replicate" });
    session.put(DISARM, body).await.fails(404, "not-found");
    session.delete(DISARM).await.fails(404, "not-found");
    let ready = session.get("/health/ready").await;
    assert_eq!(ready.status, 200);
    let system = world.system(crate::world::TOWER).await;
    let guard = other.caller(&world, DISARMER);
    let done = guard
        .put(&path(system), json!({ "action": "DISARM" }))
        .await;
    assert_eq!(done.headers["authorization-strategy"], "fetch");
    assert_eq!(world.in_force().await["strategy"], "delegate");
}
