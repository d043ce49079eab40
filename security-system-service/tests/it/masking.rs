//! Who may not view a system does not learn that there is one.

use access::SystemRole::Disarmer;
use http::Method;
use security_system_service::authorization::Strategy;
use serde_json::{Value, json};
use testkit::logged::statements;

use crate::owner::Owner;
use crate::world::{
    ADMIN, ANNEX, ARMER, Answer, CLINIC, LANTERN, STRANGER, TOWER, VIEWER, World, employed, id,
    path, providers,
};

/// What a client could tell apart, save what it said itself.
fn told(mut answer: Answer) -> (u16, Value, Option<String>) {
    let strategy = answer
        .header("authorization-strategy")
        .map(ToOwned::to_owned);
    for given in ["instance", "traceId"] {
        answer.body.as_object_mut().unwrap().remove(given);
    }
    (answer.status, answer.body, strategy)
}

#[tokio::test]
async fn hidden_is_the_same_as_absent() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let hidden = world.armed().await;
        let absent = uuid::Uuid::from_u128(77).into();
        let history = |system| format!("{}/history", path(system));
        let explanation = |system| format!("{}/explanation", path(system));

        let pairs = [
            (
                world.get(STRANGER, &path(hidden)).await,
                world.get(STRANGER, &path(absent)).await,
            ),
            (
                world.get(STRANGER, &history(hidden)).await,
                world.get(STRANGER, &history(absent)).await,
            ),
            (
                world.get(STRANGER, &explanation(hidden)).await,
                world.get(STRANGER, &explanation(absent)).await,
            ),
            (
                world.act(STRANGER, hidden, "DISARM").await,
                world.act(STRANGER, absent, "DISARM").await,
            ),
            (
                world.remove(STRANGER, hidden).await,
                world.remove(STRANGER, absent).await,
            ),
        ];
        for (of_hidden, of_absent) in pairs {
            let of_hidden = told(of_hidden.expect(404));
            assert_eq!(of_hidden, told(of_absent));
        }
    }
}

#[tokio::test]
async fn what_is_absent_is_asked_about_all_the_same() {
    let world = World::start().await;
    world
        .get(STRANGER, &path(uuid::Uuid::from_u128(77).into()))
        .await
        .expect(404);
    let calls = &world.owner.books().calls;
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0].0, "/facts/decision");
}

#[tokio::test]
async fn what_is_absent_takes_the_calls_of_what_is_hidden() {
    let world = World::start().await;
    let beacon = employed(99, providers(2), &[Disarmer]);
    world.monitoring.books().employments.push(beacon);
    let calls = async |who, path: &str| {
        let asked = || [&world.owner, &world.dealers, &world.monitoring].map(Owner::asked);
        asked();
        world.get(who, path).await.expect(404);
        asked()
    };
    let (served, unserved) = (world.system(TOWER).await, world.system(ANNEX).await);
    let absent = uuid::Uuid::from_u128(77).into();
    for who in [STRANGER, LANTERN, 99] {
        let of_absent = calls(who, &path(absent)).await;
        for hidden in [served, unserved] {
            assert_eq!(calls(who, &path(hidden)).await, of_absent, "{who}");
        }
    }
}

/// An owner who is told how fresh it has to be looks that up: it takes a statement more.
#[tokio::test]
async fn an_owner_is_asked_the_same_whatever_is_kept() {
    let world = World::start().await;
    let (system, absent) = (world.armed().await, uuid::Uuid::from_u128(77).into());
    let known = [("consistency-token", r#"customer-service="1:41""#)];
    let done = world.act_with(ARMER, system, "ARM", &known).await;
    done.expect(200);
    let asked = async |system| {
        world.owner.asked();
        world.get(STRANGER, &path(system)).await.expect(404);
        world.owner.books().calls.clone()
    };
    assert_eq!(asked(system).await, asked(absent).await);
}

#[tokio::test]
async fn what_is_absent_takes_the_statements_of_what_is_hidden() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let untouched = world.system(ANNEX).await;
        let changed = world.system(TOWER).await;
        let known = [("consistency-token", r#"customer-service="1:1""#)];
        let done = world.act_with(ARMER, changed, "ARM", &known).await;
        done.expect(200);
        world.streams.stop();
        let made = async |system| {
            let path = path(system);
            let (answer, statements) = statements(world.get(STRANGER, &path)).await;
            answer.expect(404);
            statements
        };
        let of_absent = made(uuid::Uuid::from_u128(77).into()).await;
        assert!(!of_absent.is_empty());
        for hidden in [untouched, changed] {
            assert_eq!(made(hidden).await, of_absent, "{strategy}");
        }
    }
}

/// Changed by somebody who knows more than the replica, and the token, of whoever asks.
#[tokio::test]
async fn how_fresh_a_decision_on_it_has_to_be_is_not_told_of_what_is_hidden() {
    let world = World::start_with(&["--demo"]).await;
    let system = world.system(TOWER).await;
    world.streams.flow();
    world.streams.settle(&world).await;
    world.streams.stop();
    let known = [
        ("consistency-token", r#"customer-service="1:41""#),
        ("authorization-strategy", "fetch"),
    ];
    world
        .act_with(ARMER, system, "ARM", &known)
        .await
        .expect(200);

    let absent = uuid::Uuid::from_u128(77).into();
    for strategy in [
        Strategy::Fetch,
        Strategy::Replicate,
        Strategy::Provide,
        Strategy::Combine,
    ] {
        let by = [("authorization-strategy", strategy.as_str())];
        let of = async |who, system| {
            let token = world.token_telling(who, json!(world.claims(who)));
            let path = path(system);
            let asked = world.send(&token, Method::GET, &path, &by, None);
            statements(asked).await
        };
        let (hidden, of_hidden) = of(STRANGER, system).await;
        let (nowhere, of_absent) = of(STRANGER, absent).await;
        let hidden = told(hidden.expect(404));
        assert_eq!(hidden.2.as_deref(), Some(strategy.as_str()));
        assert_eq!(hidden, told(nowhere));
        assert_eq!(of_hidden, of_absent, "{strategy}");

        // Who sees it is still answered by nothing older.
        let (seen, _) = of(VIEWER, system).await;
        match strategy {
            Strategy::Replicate => assert_eq!(seen.expect(503).problem(), "undecided"),
            Strategy::Combine | Strategy::Provide => {
                assert_eq!(told(seen.expect(200)).2.as_deref(), Some("fetch"));
            }
            _ => drop(seen.expect(200)),
        }
    }
}

#[tokio::test]
async fn an_administrator_of_the_platform_sees_nothing_by_that() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        world.get(ADMIN, &path(system)).await.expect(404);
        world.act(ADMIN, system, "DISARM").await.expect(404);
        let list = world.get(ADMIN, "/securitysystems").await.expect(200);
        assert_eq!(list.body["items"], json!([]));
    }
}

#[tokio::test]
async fn what_is_no_id_is_absent() {
    let world = World::start().await;
    world
        .get(VIEWER, "/securitysystems/tower")
        .await
        .expect(404);
    world.get(VIEWER, "/securitysystems/%ff").await.expect(400);
}

#[tokio::test]
async fn a_system_whose_location_is_gone_is_seen_by_nobody() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        world.owner.books().locations.clear();
        world.get(VIEWER, &path(system)).await.expect(404);
        let list = world.get(VIEWER, "/securitysystems").await.expect(200);
        assert_eq!(list.body["items"], json!([]));
    }
}

#[tokio::test]
async fn whoever_sees_it_is_told_that_they_may_not_remove_it() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        assert_eq!(
            world.remove(VIEWER, system).await.expect(403).problem(),
            "not-an-installer"
        );
        world.remove(STRANGER, system).await.expect(404);
        let clinic = id(&world.install(CLINIC, &[]).await.expect(201));
        world.remove(STRANGER, clinic).await.expect(403);
    }
}

#[tokio::test]
async fn a_token_of_the_wrong_kind_is_none() {
    let world = World::start().await;
    let system = world.armed().await;
    world
        .send(&world.panel(), Method::GET, &path(system), &[], None)
        .await
        .expect(401);
    let alarms = format!("{}/alarms", path(system));
    world
        .send(&world.token(VIEWER), Method::POST, &alarms, &[], None)
        .await
        .expect(401);
}
