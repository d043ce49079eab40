//! Replicas of the BFF on one database, and what is around them.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use bff::Config;
use chassis::client::http_client;
use clap::Parser;
use testkit::{clock::TestClock, postgres::TestDatabase, proxy::ChaosProxy};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    backend::Backend,
    browser::Browser,
    provider::{ISSUER, Provider},
};

/// Two keys: the one that seals, and the one before it.
pub(crate) const KEYS: [&str; 2] = [
    "new:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",
    "old:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI",
];

pub(crate) struct World {
    pub(crate) clock: TestClock,
    pub(crate) provider: Provider,
    /// The way from the replicas to the provider.
    pub(crate) back_channel: ChaosProxy,
    pub(crate) backend: Backend,
    /// The way from the replicas to the services.
    pub(crate) upstream: ChaosProxy,
    pub(crate) database: TestDatabase,
    pub(crate) replicas: Vec<SocketAddr>,
    pub(crate) client: reqwest::Client,
    shutdown: CancellationToken,
    _stop: DropGuard,
}

/// Where a replica is watched: at another address of this machine, of which no test takes a port.
pub(crate) fn operations(replica: SocketAddr) -> SocketAddr {
    SocketAddr::new([127, 0, 0, 2].into(), replica.port())
}

/// A browser's patience: streams last.
fn client() -> reqwest::Client {
    http_client().unwrap();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    client.timeout(Duration::from_mins(2)).build().unwrap()
}

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    config: Config,
}

impl World {
    /// One replica.
    pub(crate) async fn start() -> Self {
        Self::with_replicas(1).await
    }

    pub(crate) async fn with_replicas(count: usize) -> Self {
        let mut world = Self::empty().await;
        for _ in 0..count {
            world.add_replica(&[]).await;
        }
        world
    }

    /// Everything but the BFF.
    pub(crate) async fn empty() -> Self {
        let clock = TestClock::at("2026-11-22T12:00:00Z").unwrap();
        let provider = Provider::start(clock.clone()).await;
        let back_channel = ChaosProxy::start(provider.address()).await.unwrap();
        let backend = Backend::start(provider.clone()).await;
        let upstream = ChaosProxy::start(backend.address).await.unwrap();
        let database = TestDatabase::create(bff::migrate).await.unwrap();
        let shutdown = CancellationToken::new();
        Self {
            clock,
            provider,
            back_channel,
            backend,
            upstream,
            database,
            replicas: Vec::new(),
            client: client(),
            _stop: shutdown.clone().drop_guard(),
            shutdown,
        }
    }

    /// Starts a replica with these flags besides the usual ones, which they override.
    pub(crate) async fn add_replica(&mut self, flags: &[&str]) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        self.replicas.push(address);
        let config = self.config(operations(address), flags);
        let shutdown = self.shutdown.clone();
        tokio::spawn(bff::run(
            config,
            self.clock.clone().into(),
            listener,
            shutdown,
        ));
    }

    fn config(&self, operations: SocketAddr, flags: &[&str]) -> Config {
        let upstream = format!("http://{}", self.upstream.address());
        let usual = [
            ("--issuer", ISSUER.to_owned()),
            (
                "--issuer-base-url",
                format!("http://{}", self.back_channel.address()),
            ),
            ("--database-url", self.database.url().to_string()),
            ("--nats-url", "nats://127.0.0.1:1".to_owned()),
            ("--operations-listen", operations.to_string()),
            // Nobody's heart beats here by itself.
            ("--silence", "1h".to_owned()),
            ("--client-id", "bff".to_owned()),
            ("--client-secret", "secret".to_owned()),
            ("--session-keys", KEYS.join(",")),
            ("--customer-service-url", upstream.clone()),
            ("--dealer-service-url", upstream.clone()),
            ("--monitoring-service-url", upstream.clone()),
            ("--iam-service-url", upstream.clone()),
            ("--security-system-service-url", upstream),
        ];
        let usual = usual.into_iter().filter(|(name, _)| !flags.contains(name));
        let usual: Vec<_> = usual
            .flat_map(|(name, value)| [name.to_owned(), value])
            .collect();
        let flags = flags.iter().map(ToString::to_string);
        Arguments::parse_from(std::iter::once("bff".to_owned()).chain(usual).chain(flags)).config
    }

    /// Tells the replicas to stop.
    pub(crate) fn stop(&self) {
        self.shutdown.cancel();
    }

    /// A browser at the first replica in which Ada has signed in.
    pub(crate) async fn signed_in(&self) -> Browser {
        let browser = Browser::new(self, 0);
        assert_eq!(browser.sign_in("/").await.status(), 303);
        browser
    }

    /// Past the end of every access token that there is now.
    pub(crate) fn let_tokens_expire(&self) {
        self.clock.advance(jiff::SignedDuration::from_secs(
            crate::provider::LIFETIME + 1,
        ));
    }
}
