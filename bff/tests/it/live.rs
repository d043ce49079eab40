//! The BFF with everything that live events take, and a browser's open stream.

use std::time::Duration;

use futures::StreamExt;
use reqwest::header;
use serde_json::{Value, json};
use testkit::{nats::TestNats, proxy::ChaosProxy};
use uuid::Uuid;

use crate::{browser::Browser, publisher::Publisher, world::World};

pub(crate) const TOWER: Uuid = Uuid::from_u128(0x70);

/// The world with its broker; Ada sees Tower, ARMED, at version 7.
pub(crate) struct Live {
    pub(crate) world: World,
    pub(crate) systems: Publisher,
    pub(crate) customers: Publisher,
    pub(crate) dealers: Publisher,
    pub(crate) providers: Publisher,
    pub(crate) broker: ChaosProxy,
    _nats: TestNats,
}

impl Live {
    pub(crate) async fn start() -> Self {
        let mut live = Self::before_dealers().await;
        live.dealers.publish().await;
        live.providers.publish().await;
        live
    }

    /// The same before dealers and monitoring providers have said a word.
    pub(crate) async fn before_dealers() -> Self {
        let mut world = World::empty().await;
        let nats = TestNats::start().await.unwrap();
        let js = nats.jetstream().await.unwrap();
        let clock = world.clock.clone();
        let publisher = |source| Publisher::new(js.clone(), source, clock.clone());
        let mut systems = publisher("security-system-service").await;
        let mut customers = publisher("customer-service").await;
        systems.publish().await;
        customers.publish().await;
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
    pub(crate) fn read(&self, path: &str) -> usize {
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
pub(crate) struct Stream {
    chunks: std::pin::Pin<Box<dyn futures::Stream<Item = reqwest::Result<Vec<u8>>> + Send>>,
    text: String,
}

impl Stream {
    /// Connects, and waits until what it tells can be relied on.
    pub(crate) async fn open(browser: &Browser) -> Self {
        let mut stream = Self::connect(browser).await;
        while stream.next().await != Some(("fresh".to_owned(), json!({}))) {}
        stream
    }

    pub(crate) async fn connect(browser: &Browser) -> Self {
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
    pub(crate) async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name| event.lines().find_map(|line| line.strip_prefix(name));
                let name = field("event: ").filter(|name| *name != "beat");
                if let (Some(name), Some(data)) = (name, field("data: ")) {
                    return Some((name.to_owned(), serde_json::from_str(data).unwrap()));
                }
                continue;
            }
            let chunk = tokio::time::timeout(Duration::from_secs(30), self.chunks.next());
            let chunk = chunk.await.expect("an event within half a minute")?.ok()?;
            self.text.push_str(&String::from_utf8(chunk).unwrap());
        }
    }

    pub(crate) async fn expect(&mut self, name: &str) -> Value {
        let (heard, data) = self.next().await.expect("the stream goes on");
        assert_eq!(heard, name, "{data}");
        data
    }
}
