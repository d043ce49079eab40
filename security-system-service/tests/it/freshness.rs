//! Decisions are at least as fresh as what the caller, and the system, know of.

use serde_json::json;

use crate::owner::Owner;
use crate::world::{ARMER, DEALER_ADMIN, DISARMER, GUARD, TECHNICIAN, TOWER, VIEWER, World, path};

fn last_token(world: &World) -> Option<String> {
    world.owner.books().calls.last().unwrap().1.clone()
}

#[tokio::test]
async fn what_the_caller_knows_of_is_asked_of_the_owner() {
    let world = World::start().await;
    let system = world.armed().await;
    let token = r#"customer-service="1:41", security-system-service="9:9", other="1:1""#;
    let headers = [("consistency-token", token)];
    let who = world.token(VIEWER);
    world
        .send(&who, http::Method::GET, &path(system), &headers, None)
        .await
        .expect(200);
    assert_eq!(
        last_token(&world).as_deref(),
        Some(r#"customer-service="1:41""#)
    );
    world
        .send(&who, http::Method::GET, "/securitysystems", &headers, None)
        .await
        .expect(200);
    assert_eq!(
        last_token(&world).as_deref(),
        Some(r#"customer-service="1:41""#)
    );
}

#[tokio::test]
async fn what_a_change_was_decided_by_binds_all_later_decisions() {
    let world = World::start().await;
    let system = world.armed().await;
    let known = [("consistency-token", r#"customer-service="1:41""#)];
    world
        .act_with(GUARD, system, "DISARM", &known)
        .await
        .expect(200);

    world.get(VIEWER, &path(system)).await.expect(200);
    assert_eq!(
        last_token(&world).as_deref(),
        Some(r#"customer-service="1:41""#)
    );
    world.get(VIEWER, "/securitysystems").await.expect(200);
    assert_eq!(
        last_token(&world).as_deref(),
        Some(r#"customer-service="1:41""#)
    );

    // The larger of both, and a smaller one makes it no smaller.
    let less = [("consistency-token", r#"customer-service="1:7""#)];
    world
        .act_with(GUARD, system, "ARM", &less)
        .await
        .expect(200);
    assert_eq!(
        last_token(&world).as_deref(),
        Some(r#"customer-service="1:41""#)
    );
    let more = [("consistency-token", r#"customer-service="2:1""#)];
    world
        .act_with(DISARMER, system, "DISARM", &more)
        .await
        .expect(200);
    world.get(VIEWER, &path(system)).await.expect(200);
    assert_eq!(
        last_token(&world).as_deref(),
        Some(r#"customer-service="2:1""#)
    );
}

#[tokio::test]
async fn what_a_state_was_confirmed_by_binds_all_later_decisions() {
    let world = World::start().await;
    let system = world.armed().await;
    let events = world.events().await.len();
    let confirm = async |token| {
        let known = [("consistency-token", token)];
        let confirmed = world.act_with(GUARD, system, "ARM", &known).await;
        assert_eq!(confirmed.expect(200).body["version"], 2);
        world.get(VIEWER, &path(system)).await.expect(200);
        last_token(&world).unwrap()
    };
    let known = r#"customer-service="1:41""#;
    assert_eq!(confirm(known).await, known);
    assert_eq!(confirm(r#"customer-service="1:7""#).await, known);
    assert_eq!(world.events().await.len(), events);
}

/// Of two who knew different things, neither takes away what the other left.
#[tokio::test]
async fn confirmed_at_once_by_two_it_is_as_fresh_as_both_know() {
    let world = World::start().await;
    let system = world.armed().await;
    let confirm = async |token| {
        let known = [("consistency-token", token)];
        let confirmed = world.act_with(GUARD, system, "ARM", &known).await;
        confirmed.expect(200);
    };
    world.owner.hold();
    tokio::join!(
        confirm(r#"customer-service="1:41""#),
        confirm(r#"dealer-service="1:7""#),
        async {
            world.owner.somebody_waits().await;
            world.owner.somebody_waits().await;
            world.owner.let_all_on();
        }
    );
    world.get(VIEWER, &path(system)).await.expect(200);
    let customers = last_token(&world);
    assert_eq!(customers.as_deref(), Some(r#"customer-service="1:41""#));
    let dealers = world.dealers.books().calls.last().unwrap().1.clone();
    assert_eq!(dealers.as_deref(), Some(r#"dealer-service="1:7""#));
}

#[tokio::test]
async fn what_was_decided_knowing_less_undoes_no_confirmation() {
    let world = World::start_with(&["--demo"]).await;
    let system = world.armed().await;
    world.streams.flow();
    world.streams.settle(&world).await;
    let known = [
        ("consistency-token", r#"dealer-service="1:2""#),
        ("authorization-strategy", "replicate"),
    ];
    world.owner.hold();
    let (disarmed, removed, ()) = tokio::join!(
        world.act(DISARMER, system, "DISARM"),
        world.remove(DEALER_ADMIN, system),
        async {
            world.owner.somebody_waits().await;
            world.owner.somebody_waits().await;
            let confirmed = world.act_with(ARMER, system, "ARM", &known).await;
            confirmed.expect(200);
            world.owner.let_all_on();
        }
    );
    disarmed.expect(409);
    removed.expect(409);
    world.act(DISARMER, system, "DISARM").await.expect(200);
}

#[tokio::test]
async fn a_list_is_as_fresh_as_each_system_on_it() {
    let world = World::start().await;
    let system = world.armed().await;
    let known = [("consistency-token", r#"customer-service="1:41""#)];
    world
        .act_with(GUARD, system, "DISARM", &known)
        .await
        .expect(200);
    let listed = async || {
        let before = world.owner.books().calls.len();
        world.get(VIEWER, "/securitysystems").await.expect(200);
        let calls = world.owner.books().calls[before..].to_vec();
        let told = calls
            .into_iter()
            .map(|(path, token)| format!("{path} {}", token.unwrap_or_default()));
        told.collect::<Vec<_>>()
    };
    let token = r#"customer-service="1:41""#;
    world.owner.books().position = 41;
    assert_eq!(
        listed().await,
        ["/facts/user ", &format!("/facts/locations {token}")]
    );
    // The grants were asked for before the system was changed by somebody who knew more.
    world.owner.books().position = 40;
    let again = format!("/facts/user {token}");
    assert_eq!(
        listed().await,
        ["/facts/user ", &again, &format!("/facts/locations {token}")]
    );
}

#[tokio::test]
async fn the_positions_of_all_owners_are_kept() {
    let world = World::start().await;
    let system = world.armed().await;
    let known = r#"customer-service="1:41", dealer-service="1:7", iam-service="1:1", monitoring-service="1:9""#;
    world
        .act_with(GUARD, system, "DISARM", &[("consistency-token", known)])
        .await
        .expect(200);
    world.get(VIEWER, &path(system)).await.expect(200);
    let last = |owner: &Owner| owner.books().calls.last().unwrap().1.clone().unwrap();
    assert_eq!(last(&world.owner), r#"customer-service="1:41""#);
    assert_eq!(last(&world.dealers), r#"dealer-service="1:7""#);
    assert_eq!(last(&world.monitoring), r#"monitoring-service="1:9""#);
}

#[tokio::test]
async fn what_is_kept_of_a_silent_owner_takes_no_proof_away() {
    let world = World::start().await;
    let system = world.armed().await;
    let act = async |who, action, token: &str| {
        let known = [("consistency-token", token)];
        let acted = world.act_with(who, system, action, &known).await;
        (acted.status, acted.body["authorizedBy"]["partial"] == true)
    };
    let known = r#"dealer-service="1:7""#;
    assert_eq!(act(GUARD, "DISARM", known).await, (200, false));
    world.to_dealers.cut();
    assert_eq!(act(GUARD, "ARM", "").await, (200, true));
    assert_eq!(act(GUARD, "DISARM", known).await, (200, true));
    // Whose grant is the silent owner's to tell.
    assert_eq!(act(TECHNICIAN, "ARM", "").await, (503, false));
}

/// Kept with the system, it might be a claim that the owner never meets.
#[tokio::test]
async fn whoever_knows_more_of_a_silent_owner_than_is_kept_may_look_and_no_more() {
    let world = World::start().await;
    let system = world.armed().await;
    world.to_dealers.cut();
    let claim = [("consistency-token", r#"dealer-service="1:7""#)];
    for action in ["DISARM", "ARM"] {
        let undecided = world.act_with(GUARD, system, action, &claim).await;
        assert_eq!(undecided.expect(503).problem(), "undecided");
    }
    let who = world.token(GUARD);
    let seen = world.send(&who, http::Method::GET, &path(system), &claim, None);
    assert_eq!(seen.await.expect(200).body["actions"], json!(["DISARM"]));
    world.act(GUARD, system, "DISARM").await.expect(200);
    world.to_dealers.restore();
    world.act(TECHNICIAN, system, "ARM").await.expect(200);
    let asked = world.dealers.books().calls.last().unwrap().1.clone();
    assert_eq!(asked, None, "nothing was left behind");
}

#[tokio::test]
async fn where_a_source_begins_says_nothing() {
    let world = World::start().await;
    let system = world.armed().await;
    let nothing = r#"customer-service="1:0", dealer-service="0:9", monitoring-service="2:0""#;
    let known = [("consistency-token", nothing)];
    world
        .act_with(GUARD, system, "DISARM", &known)
        .await
        .expect(200);
    let kept: String = sqlx::query_scalar("select freshness from system")
        .fetch_one(world.database.pool())
        .await
        .unwrap();
    assert_eq!(kept, r#"monitoring-service="2:0""#);
}

#[tokio::test]
async fn reading_leaves_nothing_behind() {
    let world = World::start().await;
    let system = world.armed().await;
    let known = [("consistency-token", r#"customer-service="1:41""#)];
    let who = world.token(VIEWER);
    world
        .send(&who, http::Method::GET, &path(system), &known, None)
        .await
        .expect(200);
    world.get(VIEWER, &path(system)).await.expect(200);
    assert_eq!(last_token(&world), None);
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let world = World::start().await;
    let system = world.armed().await;
    for token in ["customer-service", "customer-service=1", "Customer=\"1:1\""] {
        let headers = [("consistency-token", token)];
        world
            .act_with(DISARMER, system, "DISARM", &headers)
            .await
            .expect(400);
    }
}

#[tokio::test]
async fn it_is_ready_once_it_has_come_as_far_as_asked() {
    let world = World::start().await;
    let system = world.system(TOWER).await;
    let armed = world.act(ARMER, system, "ARM").await.expect(200);
    let ready = async |token: &str| {
        let headers = [("consistency-token", token)];
        let answer = world.send("", http::Method::GET, "/health/ready", &headers, None);
        answer.await.status
    };
    assert_eq!(ready(armed.header("consistency-token").unwrap()).await, 200);
    assert_eq!(ready(r#"security-system-service="9:9""#).await, 503);
    assert_eq!(ready(r#"customer-service="9:9""#).await, 503);
    assert_eq!(ready(r#"iam-service="9:9""#).await, 200);
    assert_eq!(ready("nonsense").await, 503);
}
