//! Not knowing is not a no.

use std::pin::pin;

use chassis::problem::NOT_FRESH_ENOUGH;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use serde_json::json;
use tokio::time::timeout;

use crate::world::{ANNEX, Answer, DISARMER, SOON, STRANGER, VIEWER, World, path};

#[track_caller]
fn unavailable(answer: Answer) {
    let answer = answer.expect(503);
    assert_eq!(answer.problem(), "unavailable");
    assert_eq!(answer.header("retry-after"), Some("1"));
}

#[track_caller]
fn undecided(answer: Answer) {
    let answer = answer.expect(503);
    assert_eq!(answer.problem(), "undecided");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(answer.header("authorization-strategy"), Some("fetch"));
}

#[tokio::test]
async fn without_the_owner_nothing_is_decided_and_nothing_changed() {
    let world = World::start().await;
    let system = world.armed().await;
    let absent = uuid::Uuid::from_u128(77).into();
    world.network.cut();
    undecided(world.act(DISARMER, system, "DISARM").await);
    undecided(world.act(STRANGER, system, "DISARM").await);
    undecided(world.act(DISARMER, absent, "DISARM").await);
    undecided(world.get(DISARMER, "/securitysystems").await);

    world.network.restore();
    assert_eq!(world.events().await.len(), 2, "in service, armed");
    let shown = world.get(VIEWER, &path(system)).await.expect(200);
    assert_eq!(shown.body["state"], "ARMED");
    world.act(DISARMER, system, "DISARM").await.expect(200);
}

#[tokio::test]
async fn a_silent_owner_is_waited_for_only_so_long() {
    let world = World::start().await;
    let system = world.armed().await;
    world.network.black_hole();
    let answer = timeout(SOON, world.act(DISARMER, system, "DISARM")).await;
    undecided(answer.expect("an answer in time"));
}

#[tokio::test]
async fn a_slow_owner_is_slow_and_no_more() {
    let world = World::start().await;
    let system = world.armed().await;
    world.network.delay(std::time::Duration::from_millis(20));
    world.act(DISARMER, system, "DISARM").await.expect(200);
}

#[tokio::test]
async fn one_deadline_holds_for_all_that_is_asked() {
    let world = World::start().await;
    world.armed().await;
    let again = world.owner.books().employments[0].clone();
    world.owner.books().employments.extend(vec![again; 100]);
    // Each of the hundred pages comes well in time.
    world.network.delay(std::time::Duration::from_millis(30));
    undecided(world.get(DISARMER, "/securitysystems").await);
}

#[tokio::test]
async fn who_asks_for_much_at_once_keeps_nobody_else_waiting() {
    let world = World::start_with(&["--facts-deadline", "20s", "--deadline", "25s"]).await;
    let system = world.armed().await;
    world.owner.asked();
    world.owner.hold();
    let list = || world.get(DISARMER, "/securitysystems");
    let mut lists: FuturesUnordered<_> = (0..40).map(|_| list()).collect();
    for _ in 0..8 {
        let refused = lists.next().await.unwrap().expect(429);
        assert_eq!(refused.problem(), "too-many-requests");
        assert_eq!(refused.header("retry-after"), Some("1"));
    }
    let system = path(system);
    let mut viewed = pin!(world.get(VIEWER, &system));
    let nine_wait = async {
        for _ in 0..9 {
            world.owner.somebody_waits().await;
        }
    };
    tokio::select! {
        early = lists.next() => panic!("not yet: {early:?}"),
        early = &mut viewed => panic!("not yet: {early:?}"),
        () = nine_wait => {}
    }
    let mut asked = world.owner.asked();
    asked.sort_unstable();
    let (of_the_other, of_the_one) = asked.split_first().unwrap();
    assert_eq!(of_the_other, "/facts/decision");
    assert_eq!(of_the_one, ["/facts/user"; 8]);
    world.owner.let_all_on();
    viewed.await.expect(200);
    while let Some(answer) = lists.next().await {
        answer.expect(200);
    }
}

#[tokio::test]
async fn an_owner_that_makes_no_sense_decides_nothing() {
    let world = World::start().await;
    let system = world.armed().await;
    let mut unrestricted = serde_json::to_value(&world.owner.books().employments[0]).unwrap();
    unrestricted.as_object_mut().unwrap().remove("schedule");
    for instead in [
        (500, json!({})),
        (503, json!({})),
        (403, json!({})),
        (400, json!({})),
        (200, json!({})),
        (200, json!("yes")),
        (
            200,
            json!({ "location": null, "employments": [unrestricted], "teams": [] }),
        ),
    ] {
        world.owner.books().instead = Some(instead.clone());
        let answer = world.act(DISARMER, system, "DISARM").await;
        assert_eq!(answer.status, 503, "{instead:?}: {answer:?}");
    }
}

/// Or anybody could have it left alone, for everybody, by asking for what will never be.
#[tokio::test]
async fn an_owner_that_is_not_that_fresh_is_well() {
    let world = World::start().await;
    let system = world.armed().await;
    let behind = json!({ "type": NOT_FRESH_ENOUGH.url(), "title": "Not so fresh", "status": 503 });
    world.owner.books().instead = Some((503, behind));
    for future in 100..110 {
        let token = format!("customer-service=\"1:{future}\"");
        let asked = [("consistency-token", token.as_str())];
        undecided(world.act_with(STRANGER, system, "DISARM", &asked).await);
    }

    world.owner.books().instead = None;
    world.act(DISARMER, system, "DISARM").await.expect(200);
}

#[tokio::test]
async fn without_the_database_nothing_is_answered_and_nothing_changed() {
    let world = World::start().await;
    let system = world.armed().await;
    world.to_database.cut();
    for answer in [
        world.act(DISARMER, system, "DISARM").await,
        world.act(STRANGER, system, "DISARM").await,
        world.get(VIEWER, "/securitysystems").await,
        world
            .get(VIEWER, &format!("{}/history", path(system)))
            .await,
        world.install(ANNEX, &[]).await,
        world
            .install(ANNEX, &[("idempotency-key", "\"once\"")])
            .await,
        world.alarm(system).await,
    ] {
        unavailable(answer);
    }

    world.to_database.restore();
    assert_eq!(world.events().await.len(), 2, "in service, armed");
    world.act(DISARMER, system, "DISARM").await.expect(200);
}

#[tokio::test]
async fn a_silent_database_is_waited_for_within_the_deadline() {
    let world = World::start().await;
    let system = world.armed().await;
    world.to_database.black_hole();
    // Not `timeout`, which is what the deadline of the request would have answered.
    unavailable(world.alarm(system).await);
}

#[tokio::test]
async fn alarms_need_no_owner() {
    let world = World::start().await;
    let system = world.armed().await;
    world.network.cut();
    world.alarm(system).await.expect(202);
}
