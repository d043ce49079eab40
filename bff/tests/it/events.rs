//! What changes is seen at once, by exactly those who may see it.

use std::sync::Arc;

use jiff::SignedDuration;
use reqwest::{Method, header};
use serde_json::{Value, json};
use tokio::{sync::Semaphore, task::yield_now, time::Instant};
use uuid::Uuid;

use crate::{
    backend::ADA,
    live::{Live, Stream, TOWER},
    publisher::{ada, customer, dealer, employment_of, provider, system, team},
};

const ANNEX: Uuid = Uuid::from_u128(0xa0);

#[tokio::test]
async fn somebody_elses_change_is_seen_with_who_and_when() {
    let mut live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.world.backend.has(TOWER, "DISARMED", 8);
    let changed = json!({ "by": { "userId": ADA, "name": "Bo Chen" }, "at": "2026-11-22T12:00:00Z", "action": "DISARM" });
    if let Some(system) = live.world.backend.desk().systems.get_mut(&TOWER) {
        system["changed"] = changed.clone();
    }
    let position = live
        .systems
        .say(system(TOWER, "DISARMED", 8, Some("DISARM")))
        .await;
    let seen = stream.expect("system").await;
    assert_eq!(
        (&seen["state"], &seen["version"]),
        (&json!("DISARMED"), &json!(8))
    );
    assert_eq!(seen["changed"], changed);
    let asked = live.world.backend.asked();
    assert_eq!(
        asked.headers["consistency-token"],
        format!(r#"security-system-service="{position}""#)
    );
    assert!(
        asked.headers[header::AUTHORIZATION]
            .to_str()
            .unwrap()
            .starts_with("Bearer at-")
    );
}

#[tokio::test]
async fn of_what_somebody_does_not_see_nothing_is_told_and_nothing_read() {
    let mut live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.systems
        .say(system(ANNEX, "ALARMED", 3, Some("ALARM")))
        .await;
    live.customers.say(employment_of(Uuid::from_u128(5))).await;
    let before = live.read("/securitysystems");
    live.systems
        .say(system(TOWER, "ARMED", 7, Some("ARM")))
        .await;
    assert_eq!(stream.expect("system").await["id"], json!(TOWER));
    assert_eq!(live.read(&format!("/securitysystems/{ANNEX}")), 0);
    assert_eq!(live.read("/securitysystems"), before + 1);
}

#[tokio::test]
async fn what_somebody_sees_no_longer_is_removed() {
    let mut live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.world.backend.desk().systems.clear();
    live.systems
        .say(system(TOWER, "DISARMED", 8, Some("DISARM")))
        .await;
    assert_eq!(stream.expect("removed").await, json!({ "id": TOWER }));
}

#[tokio::test]
async fn a_change_of_ones_own_roles_is_seen() {
    let mut live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.world.backend.desk().systems.clear();
    live.world.backend.has(ANNEX, "DISARMED", 3);
    let position = live.customers.say(employment_of(ada())).await;
    assert_eq!(stream.expect("removed").await, json!({ "id": TOWER }));
    assert_eq!(stream.expect("system").await["id"], json!(ANNEX));
    let asked = live.world.backend.asked();
    assert_eq!(
        asked.headers["consistency-token"],
        format!(r#"customer-service="{position}""#)
    );
}

#[tokio::test]
async fn teams_and_what_customers_are_called_concern_everybody() {
    let mut live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.world.backend.has(ANNEX, "DISARMED", 3);
    live.customers.say(team()).await;
    assert_eq!(stream.expect("system").await["id"], json!(ANNEX));
    live.world.backend.desk().systems.clear();
    live.customers.say(customer()).await;
    stream.expect("removed").await;
}

#[tokio::test]
async fn dealers_and_monitoring_providers_concern_everybody() {
    let mut live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.world.backend.has(ANNEX, "DISARMED", 3);
    let position = live.dealers.say(dealer()).await;
    assert_eq!(stream.expect("system").await["id"], json!(ANNEX));
    let asked = live.world.backend.asked();
    assert_eq!(
        asked.headers["consistency-token"],
        format!(r#"dealer-service="{position}""#)
    );
    live.world.backend.desk().systems.clear();
    live.providers.say(provider()).await;
    stream.expect("removed").await;
}

#[tokio::test]
async fn who_has_said_nothing_yet_makes_nothing_stale() {
    let mut live = Live::before_dealers().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.world.backend.has(ANNEX, "DISARMED", 3);
    live.dealers.say(dealer()).await;
    assert_eq!(stream.expect("system").await["id"], json!(ANNEX));
}

#[tokio::test]
async fn a_new_system_is_seen() {
    let mut live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.world.backend.has(ANNEX, "DISARMED", 1);
    live.systems.say(system(ANNEX, "DISARMED", 1, None)).await;
    assert_eq!(stream.expect("system").await["id"], json!(ANNEX));
}

#[tokio::test]
async fn who_sees_too_much_to_be_told_is_told_when_to_read() {
    let mut live = Live::start().await;
    live.world.backend.desk().endless = true;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    let before = live.read("/securitysystems");
    live.world.backend.has(ANNEX, "ARMED", 2);
    let position = live.customers.say(team()).await;
    let fresh = format!(r#"customer-service="{position}""#);
    let mut lists = 0;
    // A source that was heard later than the others is a reason to read as well.
    loop {
        assert_eq!(stream.expect("list").await, json!({}));
        lists += 1;
        let asked = live.world.backend.asked();
        let told = asked.headers.get("consistency-token");
        if told.is_some_and(|told| *told == fresh) {
            break;
        }
    }
    let read = live.read("/securitysystems");
    assert!(read <= before + lists, "a page for each: {read}, {before}");

    // Any system may be among the others: that one is read.
    live.world.backend.has(ANNEX, "DISARMED", 3);
    live.systems
        .say(system(ANNEX, "DISARMED", 3, Some("DISARM")))
        .await;
    assert_eq!(stream.expect("system").await["id"], json!(ANNEX));
    live.world.backend.desk().systems.clear();
    live.systems
        .say(system(ANNEX, "ARMED", 4, Some("ARM")))
        .await;
    assert_eq!(stream.expect("removed").await, json!({ "id": ANNEX }));

    // What was never seen is not told to be gone, either.
    let hidden = Uuid::from_u128(1);
    live.systems
        .say(system(hidden, "ARMED", 1, Some("ARM")))
        .await;
    live.world.backend.has(TOWER, "ARMED", 8);
    live.systems
        .say(system(TOWER, "ARMED", 8, Some("ARM")))
        .await;
    assert_eq!(stream.expect("system").await["id"], json!(TOWER));
    assert_eq!(live.read(&format!("/securitysystems/{hidden}")), 1);
    assert_eq!(live.read("/securitysystems?"), before + 1);
}

#[tokio::test]
async fn what_cannot_be_told_is_stale_until_it_is_told() {
    let mut live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.world.backend.desk().undecided = true;
    live.systems
        .say(system(TOWER, "DISARMED", 8, Some("DISARM")))
        .await;
    stream.expect("stale").await;
    live.world.backend.has(TOWER, "DISARMED", 8);
    live.world.backend.desk().undecided = false;
    assert_eq!(stream.expect("system").await["state"], "DISARMED");
    stream.expect("fresh").await;
}

#[tokio::test]
async fn a_system_that_cannot_be_told_is_not_gone_and_keeps_no_other_from_being_told() {
    let mut live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.world.backend.desk().late.insert(TOWER);
    live.world.backend.has(ANNEX, "DISARMED", 3);
    live.customers.say(team()).await;
    assert_eq!(stream.expect("system").await["id"], json!(ANNEX));
    // Nobody says when it can be told: it is asked again.
    live.world.backend.has(TOWER, "DISARMED", 8);
    live.world.backend.desk().late.clear();
    let seen = stream.expect("system").await;
    assert_eq!(
        (&seen["id"], &seen["state"]),
        (&json!(TOWER), &json!("DISARMED"))
    );
    // Late once more, and not to be seen any more when it is told.
    live.world.backend.desk().late.insert(TOWER);
    live.world.backend.has(ANNEX, "ARMED", 4);
    live.customers.say(team()).await;
    assert_eq!(stream.expect("system").await["id"], json!(ANNEX));
    live.world.backend.desk().systems.remove(&TOWER);
    live.world.backend.desk().late.clear();
    assert_eq!(stream.expect("removed").await, json!({ "id": TOWER }));
}

#[tokio::test]
async fn a_service_that_falls_silent_makes_it_stale_until_it_is_heard_again() {
    let mut live = Live::start().await;
    let broker = format!("nats://{}", live.broker.address());
    live.world
        .add_replica(&["--nats-url", &broker, "--silence", "300ms"])
        .await;
    let browser = live.world.signed_in().await.at(&live.world, 2);
    let mut stream = Stream::open(&browser).await;
    // Its heart beats once more, and then no more.
    live.world.clock.advance(SignedDuration::from_secs(1));
    live.dealers.publish().await;
    stream.expect("stale").await;
    live.world.clock.advance(SignedDuration::from_secs(1));
    live.dealers.publish().await;
    stream.expect("fresh").await;
}

#[tokio::test]
async fn a_cut_broker_makes_it_stale_and_what_was_missed_is_made_up_for() {
    let mut live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.broker.cut();
    stream.expect("stale").await;
    live.world.backend.has(TOWER, "ALARMED", 8);
    live.systems
        .say(system(TOWER, "ALARMED", 8, Some("ALARM")))
        .await;
    let mut late = Stream::connect(&browser).await;
    late.expect("stale").await;
    live.broker.restore();
    let (mut told, mut fresh) = (Value::Null, false);
    while !fresh {
        let (name, data) = stream.next().await.unwrap();
        fresh = name == "fresh";
        if name == "system" {
            told = data["state"].clone();
        }
    }
    assert_eq!(told, "ALARMED");
    while late.next().await.unwrap().0 != "fresh" {}
}

/// What services say is heard here and not read: of what is said while nobody listens, the next heartbeat tells.
#[tokio::test]
async fn what_was_said_while_the_broker_was_cut_off_is_asked_for_by_its_position() {
    let mut live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.world.backend.has(ANNEX, "DISARMED", 3);
    live.customers.say(team()).await;
    assert_eq!(stream.expect("system").await["id"], json!(ANNEX));
    live.broker.cut();
    stream.expect("stale").await;
    let position = live.customers.say(employment_of(ada())).await;
    live.broker.restore();
    while stream.next().await.unwrap().0 != "fresh" {}

    live.world.backend.desk().endless = true;
    live.world.clock.advance(SignedDuration::from_secs(1));
    live.customers.publish().await;
    let fresh = format!(r#"customer-service="{position}""#);
    // A source that was heard later than the others is a reason to read as well.
    loop {
        stream.expect("list").await;
        let asked = live.world.backend.asked();
        let told = asked.headers.get("consistency-token");
        if told.is_some_and(|told| *told == fresh) {
            break;
        }
    }
}

#[tokio::test]
async fn a_cut_is_told_while_a_service_takes_its_time() {
    let mut live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    let gate = Arc::new(Semaphore::new(0));
    live.world.backend.desk().gate = Some(gate.clone());
    live.world.backend.has(TOWER, "DISARMED", 8);
    let (before, begun) = (live.read("/securitysystems"), Instant::now());
    live.systems
        .say(system(TOWER, "DISARMED", 8, Some("DISARM")))
        .await;
    while live.read("/securitysystems") == before {
        yield_now().await;
    }

    live.broker.cut();

    stream.expect("stale").await;
    assert!(begun.elapsed().as_secs() < 5, "it is not given up yet");
    gate.add_permits(100);
    let seen = stream.expect("system").await;
    assert_eq!(seen["state"], "DISARMED", "and it is read all the same");
}

#[tokio::test]
async fn a_stream_ends_with_its_session_at_any_replica() {
    let live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut streams = [
        Stream::open(&browser).await,
        Stream::open(&browser.at(&live.world, 1)).await,
    ];
    assert_eq!(
        browser
            .at(&live.world, 1)
            .call(Method::POST, "/bff/logout")
            .await
            .status(),
        200
    );
    for stream in &mut streams {
        assert_eq!(stream.next().await, None);
    }
    assert_eq!(browser.get("/bff/events").await.status(), 401);
}

#[tokio::test]
async fn a_stream_ends_with_its_token_and_the_next_one_goes_on() {
    let live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.world.let_tokens_expire();
    assert_eq!(stream.next().await, None);
    Stream::open(&browser).await;
    assert_eq!(live.world.provider.desk().refreshes, 1);
}

#[tokio::test]
async fn a_replica_that_stops_lets_its_streams_go() {
    let live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.world.stop();
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn one_session_has_only_so_many_streams() {
    let live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut streams = Vec::new();
    for _ in 0..16 {
        streams.push(Stream::connect(&browser).await);
    }
    assert_eq!(browser.get("/bff/events").await.status(), 429);
    drop(streams);
    while browser.get("/bff/events").await.status() != 200 {
        yield_now().await;
    }
}
