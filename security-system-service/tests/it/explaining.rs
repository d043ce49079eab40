//! Why one may do something, and why not.

use access::SystemId;
use jiff::SignedDuration;
use security_system_service::authorization::Strategy;
use serde_json::{Value, json};

use crate::pdp::POLICIES;
use crate::world::{
    Answer, DISARMER, GUARD, INSTALLER, OFF_SHIFT, STRANGER, TECHNICIAN, VIEWER, World, path,
};

impl World {
    async fn explain(&self, who: u128, system: SystemId) -> Answer {
        let path = format!("{}/explanation", path(system));
        self.get(who, &path).await
    }
}

/// What is said of an operation.
fn of<'a>(explanation: &'a Answer, operation: &str) -> &'a Value {
    let operations = explanation.body["operations"].as_array().unwrap();
    let mut found = operations
        .iter()
        .filter(|said| said["operation"] == operation);
    found.next().unwrap()
}

#[tokio::test]
async fn it_names_the_path_of_facts_or_the_missing_one_and_who_decided() {
    for strategy in Strategy::LIVE {
        let world = World::under(strategy).await;
        let system = world.armed().await;
        let told = world.explain(DISARMER, system).await.expect(200);
        assert_eq!(told.header("age"), Some("0"));
        assert_eq!(
            told.header("authorization-strategy"),
            Some(strategy.as_str())
        );
        assert_eq!(told.body["strategy"], strategy.as_str());
        assert_eq!(told.body["factsAgeMs"], 0);
        assert_eq!(told.body["partial"], false);
        assert!(told.body["tookMicros"].as_u64().unwrap() > 0);
        let by_policies = matches!(strategy, Strategy::Delegate | Strategy::DelegateLocal);
        assert_eq!(
            told.body["policyVersion"],
            json!(by_policies.then_some(POLICIES))
        );

        let disarm = of(&told, "DISARM");
        assert_eq!(disarm["outcome"], "allowed");
        assert_eq!(disarm["strategy"], strategy.as_str());
        let grant = &disarm["grants"][0];
        assert_eq!(
            (&grant["path"], &grant["role"], &grant["at"]["name"]),
            (
                &json!("customer"),
                &json!("SECURITY_SYSTEM_DISARMER"),
                &json!("Customer 1")
            )
        );
        assert_eq!(of(&told, "VIEW")["grants"][0], *grant);
        let arm = of(&told, "ARM");
        assert_eq!(
            (&arm["outcome"], &arm["reason"]),
            (&json!("denied"), &json!("not-an-armer"))
        );
        assert_eq!(arm["missing"]["role"], "SECURITY_SYSTEM_ARMER");
        assert_eq!(arm["missing"]["path"], "location", "what comes first");

        for (who, path) in [
            (GUARD, "location"),
            (TECHNICIAN, "dealer"),
            (INSTALLER, "team"),
        ] {
            let told = world.explain(who, system).await.expect(200);
            assert_eq!(of(&told, "ACKNOWLEDGE")["grants"][0]["path"], path);
        }
        let told = world.explain(OFF_SHIFT, system).await.expect(200);
        assert_eq!(of(&told, "VIEW")["outcome"], "allowed");
        let disarm = of(&told, "DISARM");
        assert_eq!(disarm["reason"], "outside-schedule");
        assert_eq!(disarm["missing"]["outsideSchedule"]["timeZone"], "UTC");
        world.explain(STRANGER, system).await.expect(404);
    }
}

#[tokio::test]
async fn each_operation_says_by_what_the_attempt_is_decided() {
    let world = World::start_with(&["--demo", "--strategy", "disarm=delegate"]).await;
    let system = world.armed().await;
    let told = world.explain(DISARMER, system).await.expect(200);
    assert_eq!(told.body["strategy"], "fetch", "as whoever looks is told");
    assert_eq!(of(&told, "DISARM")["strategy"], "delegate");
    assert_eq!(of(&told, "ARM")["strategy"], "fetch");
}

#[tokio::test]
async fn what_is_not_known_is_neither_yes_nor_no() {
    let world = World::start().await;
    let system = world.armed().await;
    world.to_monitoring.cut();
    let told = world.explain(DISARMER, system).await.expect(200);
    assert_eq!(told.body["partial"], true);
    assert_eq!(of(&told, "DISARM")["outcome"], "allowed");
    assert_eq!(
        of(&told, "ARM"),
        &json!({ "operation": "ARM", "strategy": "fetch", "outcome": "undecided" })
    );
    let undecided = world.explain(STRANGER, system).await.expect(503);
    assert_eq!(undecided.problem(), "undecided");
    world.network.cut();
    let undecided = world.explain(DISARMER, system).await.expect(503);
    assert_eq!(undecided.header("retry-after"), Some("1"));
}

#[tokio::test]
async fn facts_that_are_too_old_to_act_by_are_said_to_be() {
    let world = World::under(Strategy::Replicate).await;
    let system = world.armed().await;
    world.streams.stop();
    world.clock.advance(SignedDuration::from_secs(30));
    let told = world.explain(VIEWER, system).await.expect(200);
    assert_eq!(told.header("age"), Some("30"));
    assert_eq!(told.body["factsAgeMs"], 30_000);
    assert_eq!(of(&told, "VIEW")["outcome"], "allowed");
    assert_eq!(of(&told, "DISARM")["outcome"], "undecided");
    world.clock.advance(SignedDuration::from_secs(60));
    world.explain(VIEWER, system).await.expect(503);
}

#[tokio::test]
async fn to_explain_changes_nothing() {
    let world = World::start().await;
    let system = world.armed().await;
    let before = world.events().await.len();
    world.explain(DISARMER, system).await.expect(200);
    assert_eq!(world.events().await.len(), before);
    let shown = world.get(VIEWER, &path(system)).await.expect(200);
    assert_eq!(shown.body["state"], "ARMED");
}
