#![doc = include_str!("../README.md")]

pub mod app;
pub mod config;
pub mod domain;
pub mod events;
pub mod http;
pub mod provider;
pub mod store;
pub mod upstream;

use std::sync::Arc;

use chassis::{client::http_client, clock::Clocks, entropy, program::Workers};
use outbox::Hints;
use secrecy::ExposeSecret as _;
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    app::{Flights, Parts, Sessions},
    domain::{Service, services},
    events::Hub,
    http::{Api, Edge},
    provider::{Provider, Registration},
    store::{Changes, Store},
    upstream::Upstreams,
};
pub use crate::{config::Config, http::faces, store::migrate};

/// The service's name: its OAuth client, and its account at the broker.
pub const NAME: &str = "bff";

/// The sources whose events change what somebody sees.
const SOURCES: [&str; 4] = [
    customer_events::SOURCE,
    dealer_events::SOURCE,
    monitoring_events::SOURCE,
    security_system_events::SOURCE,
];

/// Serves browsers until told to stop.
///
/// # Errors
///
/// When the configuration is wrong, or a server or a worker fails. What the BFF needs may come later.
pub async fn run(
    config: Config,
    clocks: Clocks,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let pool = database::connections(&config.database.url()?, config.settings.deadline)?;
    let tasks = TaskTracker::new();
    let client = http_client()?;
    let sessions = sessions(
        &config,
        &clocks,
        pool.clone(),
        client.clone(),
        tasks.clone(),
    )?;
    let edge = config
        .check_tokens
        .then(|| Edge::new(&config.settings, &client, &clocks.tokens));
    let mut workers = Workers::until(&shutdown);
    let hub = Hub::new(
        &SOURCES,
        tasks.clone(),
        workers.stop().clone(),
        entropy::system,
    );
    listen(&config, &hub, &mut workers).await?;
    let (sweeping, changes) = (sessions.clone(), sessions.changes().clone());
    workers.spawn("the sweeper", |stop| sweeping.keep_sweeping(stop));
    workers.spawn("the listener", |stop| changes.keep_listening(pool, stop));
    let api = Api {
        sessions,
        edge: edge.transpose()?.map(Arc::new),
        upstreams: Arc::new(upstreams(&config, client)),
        hub,
        ui_dir: config.ui_dir,
        demo: config.settings.demo,
    };
    let operations = config.watched.bind().await?;
    let faces = faces(api, &config.settings);
    workers.serve(faces.browsers, listener);
    workers.serve(faces.operations, operations);
    let finished = workers.finish().await;
    tasks.close();
    tasks.wait().await;
    finished
}

fn sessions(
    config: &Config,
    clocks: &Clocks,
    pool: PgPool,
    client: reqwest::Client,
    tasks: TaskTracker,
) -> anyhow::Result<Sessions> {
    let ring = config.key_ring()?;
    let registration = Registration {
        issuer: config.settings.issuer.clone(),
        base_url: config.settings.issuer_base_url.clone(),
        client_id: config.credentials.client_id.clone(),
        client_secret: config.credentials.secret()?,
        scopes: config.scopes.clone(),
        redirect_uri: config.public_url.at("/bff/callback"),
        post_logout_redirect_uri: config.public_url.at("/"),
    };
    Ok(Sessions::new(Parts {
        store: Store::new(pool, ring.clone()),
        changes: Changes::new(),
        ring,
        public_url: config.public_url.clone(),
        provider: Provider::new(registration, client, clocks.tokens.clone()),
        clock: clocks.tokens.clone(),
        lifetime: config.session_lifetime,
        entropy: entropy::system,
        tasks,
        flights: Flights::default(),
    }))
}

fn upstreams(config: &Config, client: reqwest::Client) -> Upstreams {
    let address = |service| match service {
        Service::Iam => &config.iam_service_url,
        Service::Customer => &config.customer_service_url,
        Service::Dealer => &config.dealer_service_url,
        Service::Monitoring => &config.monitoring_service_url,
        Service::SecuritySystem => &config.security_system_service_url,
    };
    let addresses = services().into_iter();
    Upstreams::new(
        client,
        addresses.map(|service| (service, address(service).clone())),
    )
}

async fn listen(config: &Config, hub: &Hub, workers: &mut Workers) -> anyhow::Result<()> {
    let broker = outbox::connect(config.broker.url()?.expose_secret(), NAME).await?;
    for source in SOURCES {
        let (hub, hints) = (hub.clone(), Hints::new(broker.clone(), source));
        let hints = hints.silent_after(config.silence);
        workers.spawn(format!("the hints of {source}"), |stop| async move {
            hub.listen(source, hints, stop).await;
        });
    }
    Ok(())
}
