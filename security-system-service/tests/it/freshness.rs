//! Decisions are at least as fresh as what the caller, and the system, know of.

use access::SystemId;
use http::Method;
use serde_json::json;

use crate::world::{
    ARMER, Answer, DEALER_ADMIN, DISARMER, GUARD, TECHNICIAN, TOWER, VIEWER, World, path,
};

impl World {
    /// What somebody does who knows this.
    async fn knowing(&self, token: &str, who: u128, system: SystemId, action: &str) -> Answer {
        let known = [("consistency-token", token)];
        self.act_with(who, system, action, &known).await
    }

    /// What somebody sees who knows this.
    async fn seen_knowing(&self, token: &str, who: u128, path: &str) -> Answer {
        let known = [("consistency-token", token)];
        self.send(&self.token(who), Method::GET, path, &known, None)
            .await
    }

    /// How fresh the owners have to be, whoever asks.
    async fn kept(&self, system: SystemId) -> String {
        let kept = "select freshness from system where id = $1";
        let kept = sqlx::query_scalar(kept).bind(system.as_uuid());
        kept.fetch_one(self.database.pool()).await.unwrap()
    }

    /// What comes of it to look, and to list, when customer-service has come so far.
    async fn seen_at(&self, position: u32, token: &str, system: SystemId) -> [u16; 2] {
        self.owner.books().position = position;
        let one = self.seen_knowing(token, VIEWER, &path(system)).await;
        let list = self.seen_knowing(token, VIEWER, "/securitysystems").await;
        [one.status, list.status]
    }
}

const KNOWN: &str = r#"customer-service="1:41""#;

#[tokio::test]
async fn an_owner_answers_as_fresh_as_the_caller_knows_or_not_at_all() {
    let world = World::start().await;
    let system = world.armed().await;
    let token = r#"customer-service="1:41", security-system-service="1:1", other="1:1""#;
    assert_eq!(world.seen_at(40, token, system).await, [503; 2]);
    assert_eq!(world.seen_at(41, token, system).await, [200; 2]);
}

#[tokio::test]
async fn what_a_change_was_decided_by_binds_all_later_decisions() {
    let world = World::start().await;
    let system = world.armed().await;
    let done = world.knowing(KNOWN, GUARD, system, "DISARM").await;
    done.expect(200);
    assert_eq!(world.kept(system).await, KNOWN);
    assert_eq!(world.seen_at(40, "", system).await, [503; 2]);
    assert_eq!(world.seen_at(41, "", system).await, [200; 2]);

    // The larger of both, and a smaller one makes it no smaller.
    let less = r#"customer-service="1:7""#;
    let done = world.knowing(less, GUARD, system, "ARM").await;
    done.expect(200);
    assert_eq!(world.kept(system).await, KNOWN);
    world.owner.books().position = 0;
    let more = r#"customer-service="2:1""#;
    let done = world.knowing(more, DISARMER, system, "DISARM").await;
    done.expect(200);
    assert_eq!(world.kept(system).await, more);
}

#[tokio::test]
async fn what_a_state_was_confirmed_by_binds_all_later_decisions() {
    let world = World::start().await;
    let system = world.armed().await;
    let events = world.events().await.len();
    for token in [KNOWN, r#"customer-service="1:7""#] {
        let confirmed = world.knowing(token, GUARD, system, "ARM").await;
        assert_eq!(confirmed.expect(200).body["version"], 2);
        assert_eq!(world.kept(system).await, KNOWN);
    }
    assert_eq!(world.events().await.len(), events);
}

/// Of two who knew different things, neither takes away what the other left.
#[tokio::test]
async fn confirmed_at_once_by_two_it_is_as_fresh_as_both_know() {
    let world = World::start().await;
    let system = world.armed().await;
    let dealers = r#"dealer-service="1:7""#;
    world.owner.hold();
    let (one, other, ()) = tokio::join!(
        world.knowing(KNOWN, GUARD, system, "ARM"),
        world.knowing(dealers, GUARD, system, "ARM"),
        async {
            world.owner.somebody_waits().await;
            world.owner.somebody_waits().await;
            world.owner.let_all_on();
        }
    );
    one.expect(200);
    other.expect(200);
    assert_eq!(world.kept(system).await, format!("{KNOWN}, {dealers}"));
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
    let done = world.knowing(KNOWN, GUARD, system, "DISARM").await;
    done.expect(200);
    let listed = async |position| {
        world.owner.books().position = position;
        world.owner.asked();
        let list = world.get(VIEWER, "/securitysystems").await;
        (list.status, world.owner.asked().join(" "))
    };
    assert_eq!(
        listed(41).await,
        (200, "/facts/user /facts/locations".to_owned())
    );
    // The grants were asked for before the system was changed by somebody who knew more.
    assert_eq!(
        listed(40).await,
        (503, "/facts/user /facts/user".to_owned())
    );
}

#[tokio::test]
async fn the_positions_of_all_owners_are_kept() {
    let world = World::start().await;
    let system = world.armed().await;
    let known = r#"customer-service="1:41", dealer-service="1:7", monitoring-service="1:9""#;
    let told = format!(r#"{known}, iam-service="1:1""#);
    let done = world.knowing(&told, GUARD, system, "DISARM").await;
    done.expect(200);
    assert_eq!(world.kept(system).await, known);
}

#[tokio::test]
async fn what_is_kept_of_a_silent_owner_takes_no_proof_away() {
    let world = World::start().await;
    let system = world.armed().await;
    let act = async |who, action, token| {
        let acted = world.knowing(token, who, system, action).await;
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
    let claim = r#"dealer-service="1:7""#;
    for action in ["DISARM", "ARM"] {
        let undecided = world.knowing(claim, GUARD, system, action).await;
        assert_eq!(undecided.expect(503).problem(), "undecided");
    }
    let seen = world.seen_knowing(claim, GUARD, &path(system)).await;
    assert_eq!(seen.expect(200).body["actions"], json!(["DISARM"]));
    world.act(GUARD, system, "DISARM").await.expect(200);
    world.to_dealers.restore();
    world.act(TECHNICIAN, system, "ARM").await.expect(200);
    assert_eq!(world.kept(system).await, "", "nothing was left behind");
}

#[tokio::test]
async fn where_a_source_begins_says_nothing() {
    let world = World::start().await;
    let system = world.armed().await;
    let nothing = r#"customer-service="1:0", dealer-service="0:9", monitoring-service="2:0""#;
    let done = world.knowing(nothing, GUARD, system, "DISARM").await;
    done.expect(200);
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
    let seen = world.seen_knowing(KNOWN, VIEWER, &path(system)).await;
    seen.expect(200);
    assert_eq!(world.kept(system).await, "");
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let world = World::start().await;
    let system = world.armed().await;
    for token in ["customer-service", "customer-service=1", "Customer=\"1:1\""] {
        let refused = world.knowing(token, DISARMER, system, "DISARM").await;
        refused.expect(400);
    }
}

#[tokio::test]
async fn it_is_ready_once_it_has_come_as_far_as_asked() {
    let world = World::start().await;
    let system = world.system(TOWER).await;
    let armed = world.act(ARMER, system, "ARM").await.expect(200);
    let ready = async |token: &str| {
        let headers = [("consistency-token", token)];
        let answer = world.send("", Method::GET, "/health/ready", &headers, None);
        answer.await.status
    };
    assert_eq!(ready(armed.header("consistency-token").unwrap()).await, 200);
    assert_eq!(ready(r#"security-system-service="9:9""#).await, 503);
    assert_eq!(ready(r#"customer-service="9:9""#).await, 503);
    assert_eq!(ready(r#"iam-service="9:9""#).await, 200);
    assert_eq!(ready("nonsense").await, 503);
}

#[tokio::test]
async fn what_this_service_wrote_it_has_come_to() {
    let world = World::start().await;
    let system = world.armed().await;
    let armed = world.act(ARMER, system, "ARM").await.expect(200);
    let reached = armed.header("consistency-token").unwrap();
    let seen = world.seen_knowing(reached, VIEWER, &path(system)).await;
    assert_eq!(seen.expect(200).body["state"], "ARMED");
}
