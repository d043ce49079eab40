//! What changes is seen at once, by exactly those who may see it.

use std::time::Duration;

use futures::StreamExt;
use reqwest::{Method, header};
use serde_json::{Value, json};
use testkit::{nats::TestNats, proxy::ChaosProxy};
use uuid::Uuid;

use crate::{
    browser::Browser,
    publisher::{Publisher, ada, anything, employment_of, system, team},
    world::World,
};

const TOWER: Uuid = Uuid::from_u128(0x70);
const ANNEX: Uuid = Uuid::from_u128(0xa0);

/// The world with its broker; Ada sees Tower, ARMED, at version 7.
struct Live {
    world: World,
    systems: Publisher,
    customers: Publisher,
    dealers: Publisher,
    providers: Publisher,
    broker: ChaosProxy,
    _nats: TestNats,
}

impl Live {
    async fn start() -> Self {
        let mut world = World::empty().await;
        let nats = TestNats::start().await.unwrap();
        let js = nats.jetstream().await.unwrap();
        let clock = world.clock.clone();
        let publisher = |source| Publisher::start(js.clone(), source, clock.clone());
        let systems = publisher("security-system-service").await;
        let customers = publisher("customer-service").await;
        let dealers = publisher("dealer-service").await;
        let providers = publisher("monitoring-service").await;
        let address = format!("127.0.0.1:{}", nats.url().unwrap().port().unwrap());
        let broker = ChaosProxy::start(address.parse().unwrap()).await.unwrap();
        let url = format!("nats://{}", broker.address());
        for _ in 0..2 {
            world.add_replica(&["--nats-url", &url]).await;
        }
        world.backend.has(TOWER, "ARMED", 7);
        Self {
            world,
            systems,
            customers,
            dealers,
            providers,
            broker,
            _nats: nats,
        }
    }

    /// How often a path was read.
    fn read(&self, path: &str) -> usize {
        self.world
            .backend
            .desk()
            .asked
            .iter()
            .filter(|asked| asked.uri.starts_with(path))
            .count()
    }
}

/// A browser's open stream.
struct Stream {
    chunks: std::pin::Pin<Box<dyn futures::Stream<Item = reqwest::Result<Vec<u8>>> + Send>>,
    text: String,
}

impl Stream {
    /// Connects, and waits until what it tells can be relied on.
    async fn open(browser: &Browser) -> Self {
        let mut stream = Self::connect(browser).await;
        while stream.next().await != Some(("fresh".to_owned(), json!({}))) {}
        stream
    }

    async fn connect(browser: &Browser) -> Self {
        let response = browser.get("/bff/events").await;
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "text/event-stream"
        );
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        let chunks = response
            .bytes_stream()
            .map(|chunk| chunk.map(|bytes| bytes.to_vec()));
        Self {
            chunks: Box::pin(chunks),
            text: String::new(),
        }
    }

    /// The next event; nothing when the stream has ended.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name| event.lines().find_map(|line| line.strip_prefix(name));
                if let (Some(name), Some(data)) = (field("event: "), field("data: ")) {
                    return Some((name.to_owned(), serde_json::from_str(data).unwrap()));
                }
                continue;
            }
            let chunk = tokio::time::timeout(Duration::from_secs(30), self.chunks.next());
            let chunk = chunk.await.expect("an event within half a minute")?.ok()?;
            self.text.push_str(&String::from_utf8(chunk).unwrap());
        }
    }

    async fn expect(&mut self, name: &str) -> Value {
        let (heard, data) = self.next().await.expect("the stream goes on");
        assert_eq!(heard, name, "{data}");
        data
    }
}

#[tokio::test]
async fn somebody_elses_change_is_seen_with_who_and_when() {
    let mut live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.world.backend.has(TOWER, "DISARMED", 8);
    let position = live
        .systems
        .say(system(TOWER, "DISARMED", 8, Some("DISARM")))
        .await;
    let seen = stream.expect("system").await;
    assert_eq!(
        (&seen["state"], &seen["version"]),
        (&json!("DISARMED"), &json!(8))
    );
    assert_eq!(seen["changed"]["by"]["name"], "Bo Chen");
    assert_eq!(seen["changed"]["action"], "DISARM");
    assert_eq!(seen["changed"]["at"], "2026-11-22T12:00:00Z");
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
async fn who_is_told_of_another_version_only_when_it_is_that_one() {
    let mut live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.world.backend.has(TOWER, "ARMED", 9);
    live.systems
        .say(system(TOWER, "DISARMED", 8, Some("DISARM")))
        .await;
    let seen = stream.expect("system").await;
    assert_eq!(
        (&seen["version"], &seen["changed"]),
        (&json!(9), &Value::Null)
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
    let seen = stream.expect("system").await;
    assert_eq!(
        (&seen["id"], &seen["changed"]),
        (&json!(ANNEX), &Value::Null)
    );
    let asked = live.world.backend.asked();
    assert_eq!(
        asked.headers["consistency-token"],
        format!(r#"customer-service="{position}""#)
    );
}

#[tokio::test]
async fn a_team_that_changes_concerns_everybody() {
    let mut live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.world.backend.has(ANNEX, "DISARMED", 3);
    live.customers.say(team()).await;
    assert_eq!(stream.expect("system").await["id"], json!(ANNEX));
}

#[tokio::test]
async fn dealers_and_monitoring_providers_concern_everybody() {
    use dealer_events::dealer;
    use monitoring_events::monitoring_provider as provider;
    let mut live = Live::start().await;
    let browser = live.world.signed_in().await;
    let mut stream = Stream::open(&browser).await;
    live.world.backend.has(ANNEX, "DISARMED", 3);
    let appointed = anything(dealer::AGGREGATE, dealer::CHANGED);
    let position = live.dealers.say(appointed).await;
    assert_eq!(stream.expect("system").await["id"], json!(ANNEX));
    let asked = live.world.backend.asked();
    assert_eq!(
        asked.headers["consistency-token"],
        format!(r#"dealer-service="{position}""#)
    );
    live.world.backend.desk().systems.clear();
    let gone = anything(provider::AGGREGATE, provider::CHANGED);
    live.providers.say(gone).await;
    stream.expect("removed").await;
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
        tokio::task::yield_now().await;
    }
}
