//! Arming, disarming, acknowledging.

use security_system_service::authorization::Strategy;
use serde_json::json;

use crate::world::{ARMER, DISARMER, GUARD, OFF_SHIFT, TOWER, VIEWER, WAREHOUSE, World, path};

#[tokio::test]
async fn a_disarmer_disarms() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        let done = world.act(DISARMER, system, "DISARM").await.expect(200);
        assert_eq!(done.body["state"], "DISARMED");
        assert_eq!(done.body["version"], 3);
        assert_eq!(done.body["location"]["name"], "Harbor Tower");
        assert_eq!(done.body["customer"]["name"], "Customer 1");
        assert_eq!(done.body["actions"], json!([]));
        assert_eq!(
            done.body["reasons"],
            json!({ "ARM": "not-an-armer", "DISARM": "already-disarmed", "ACKNOWLEDGE": "no-alarm" })
        );
        assert_eq!(done.body["missing"]["ARM"]["path"], "location");
        let basis = &done.body["authorizedBy"];
        assert_eq!(basis["strategy"], strategy.as_str());
        assert_eq!(basis["grants"][0]["path"], "customer");
        assert_eq!(basis["grants"][0]["at"]["name"], "Customer 1");
        assert_eq!(done.header("etag"), Some("\"3\""));
        assert_eq!(
            done.header("authorization-strategy"),
            Some(strategy.as_str())
        );
        let token = done.header("consistency-token").unwrap();
        assert!(token.starts_with("security-system-service=\""), "{token}");
    }
}

#[tokio::test]
async fn a_change_is_told_to_the_world() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        world.act(GUARD, system, "DISARM").await.expect(200);
        let (kind, version, state) = world.events().await.pop().unwrap();
        assert_eq!(kind, "io.realguardio.security-system.changed.v1");
        assert_eq!(version, 3);
        let state = state.unwrap();
        assert_eq!(state["state"], "DISARMED");
        assert_eq!(state["action"], "DISARM");
        assert_eq!(state["changedBy"]["name"], "Person 4");
    }
}

#[tokio::test]
async fn what_is_so_already_is_done_and_recorded_nowhere() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        let (events, history) = (
            world.events().await.len(),
            world.history(system).await.len(),
        );
        let again = world.act(ARMER, system, "ARM").await.expect(200);
        assert_eq!(again.body["version"], 2);
        assert!(
            again.header("consistency-token").is_some(),
            "it knows of all that was before"
        );
        world.act(GUARD, system, "DISARM").await.expect(200);
        world.act(GUARD, system, "DISARM").await.expect(200);
        assert_eq!(world.events().await.len(), events + 1);
        assert_eq!(world.history(system).await.len(), history + 1);
    }
}

#[tokio::test]
async fn what_does_not_fit_the_state_is_a_conflict() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        let none = world.act(DISARMER, system, "ACKNOWLEDGE").await.expect(409);
        assert_eq!(none.problem(), "no-alarm");
        world.alarm(system).await.expect(202);
        let over = world.act(ARMER, system, "ARM").await.expect(409);
        assert_eq!(over.problem(), "alarm-stands");
        let confirmed = world.act(DISARMER, system, "ACKNOWLEDGE").await.expect(200);
        assert_eq!(confirmed.body["state"], "ARMED");
    }
}

#[tokio::test]
async fn whoever_may_not_is_told_what_is_missing() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        let denied = world.act(VIEWER, system, "DISARM").await.expect(403);
        assert_eq!(denied.problem(), "not-a-disarmer");
        assert_eq!(
            denied.header("authorization-strategy"),
            Some(strategy.as_str())
        );
        let missing = &denied.body["missing"];
        assert_eq!(missing["role"], "SECURITY_SYSTEM_DISARMER");
        assert_eq!(missing["at"]["name"], "Harbor Tower");
        assert_eq!(missing["held"], json!(["SECURITY_SYSTEM_VIEWER"]));
        assert_eq!(
            world.act(VIEWER, system, "ARM").await.expect(403).problem(),
            "not-an-armer"
        );

        let off = world.act(OFF_SHIFT, system, "DISARM").await.expect(403);
        assert_eq!(off.problem(), "outside-schedule");
        assert_eq!(off.body["missing"]["outsideSchedule"]["timeZone"], "UTC");
    }
}

#[tokio::test]
async fn a_role_at_one_location_is_none_at_another() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let tower = world.armed().await;
        let warehouse = world.system(WAREHOUSE).await;
        world.act(GUARD, tower, "DISARM").await.expect(200);
        world.act(GUARD, warehouse, "ARM").await.expect(404);
    }
}

#[tokio::test]
async fn authorization_comes_before_the_state_and_before_the_version() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        world.alarm(system).await.expect(202);
        let denied = world.act(VIEWER, system, "ARM").await.expect(403);
        assert_eq!(denied.problem(), "not-an-armer");
        let stale = [("if-match", "\"1\"")];
        world
            .act_with(VIEWER, system, "DISARM", &stale)
            .await
            .expect(403);
        world
            .act_with(DISARMER, system, "ACKNOWLEDGE", &stale)
            .await
            .expect(412);
        world
            .act_with(ARMER, system, "ARM", &[("if-match", "\"3\"")])
            .await
            .expect(409);
    }
}

#[tokio::test]
async fn only_the_version_that_was_seen_is_changed() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        let stale = world
            .act_with(DISARMER, system, "DISARM", &[("if-match", "\"1\"")])
            .await;
        assert_eq!(stale.expect(412).problem(), "precondition-failed");
        let shown = world.get(DISARMER, &path(system)).await.expect(200);
        let seen = [("if-match", shown.header("etag").unwrap())];
        world
            .act_with(DISARMER, system, "DISARM", &seen)
            .await
            .expect(200);
        world
            .act_with(GUARD, system, "ARM", &[("if-match", "W/\"3\"")])
            .await
            .expect(400);
    }
}

#[tokio::test]
async fn what_changed_while_it_was_decided_is_not_overwritten() {
    for (seen, status) in [(&[][..], 409), (&[("if-match", "\"2\"")], 412)] {
        // Also where what is asked for was so when it was decided.
        for (who, action) in [(DISARMER, "DISARM"), (ARMER, "ARM")] {
            let world = World::start().await;
            let system = world.armed().await;
            world.owner.hold();
            let (answer, ()) = tokio::join!(world.act_with(who, system, action, seen), async {
                world.owner.somebody_waits().await;
                world.alarm(system).await.expect(202);
                world.owner.let_all_on();
            });
            answer.expect(status);
            let shown = world.get(VIEWER, &path(system)).await.expect(200);
            assert_eq!(shown.body["state"], "ALARMED");
        }
    }
}

#[tokio::test]
async fn of_two_who_were_permitted_at_once_both_are_told_what_it_is() {
    let world = World::start().await;
    let system = world.armed().await;
    world.owner.hold();
    let (one, other, ()) = tokio::join!(
        world.act(DISARMER, system, "DISARM"),
        world.act(GUARD, system, "DISARM"),
        async {
            world.owner.somebody_waits().await;
            world.owner.somebody_waits().await;
            world.owner.let_all_on();
        }
    );
    for answer in [one, other] {
        assert_eq!(answer.expect(200).body["version"], 3);
    }
    let history = world.history(system).await;
    assert_eq!(history.len(), 2, "armed once, disarmed once");
}

#[tokio::test]
async fn of_two_at_once_one_changes_it() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        let (one, other) = tokio::join!(
            world.act(DISARMER, system, "DISARM"),
            world.act(GUARD, system, "DISARM"),
        );
        for answer in [one, other] {
            assert_eq!(answer.expect(200).body["state"], "DISARMED");
        }
        assert_eq!(
            world.history(system).await.len(),
            2,
            "armed once, disarmed once"
        );
        assert_eq!(world.get(VIEWER, &path(system)).await.body["version"], 3);
    }
}

#[tokio::test]
async fn what_is_no_action_is_refused_with_its_field() {
    let world = World::start().await;
    let system = world.system(TOWER).await;
    let refused = world.act(ARMER, system, "EXPLODE").await.expect(422);
    assert_eq!(refused.body["errors"][0]["field"], "action");
}
