#![doc = include_str!("../README.md")]

pub mod app;
pub mod config;
pub mod domain;
pub mod events;
pub mod http;
pub mod store;

pub use config::Config;
pub use store::migrate;

use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use chassis::auth::{Verifier, VerifierSettings};
use chassis::client::http_client;
use chassis::clock::Clocks;
use chassis::config::Settings;
use chassis::operations::Operations;
use chassis::program::Workers;
use jiff::SignedDuration;
use outbox::{Consumer, Inbox};
use pdp::{Change, Engine};
use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Feeder, Knowledge, Live};
use crate::http::Api;
use crate::store::Aggregates;

/// The service's name: the audience of tokens for it.
pub const NAME: &str = "authz-service";

/// What the handlers need, made of the configuration.
///
/// # Errors
///
/// When the configuration makes no sense, or policies or facts do not.
pub fn api(config: &Config, clocks: &Clocks) -> anyhow::Result<Api> {
    let knowledge = Knowledge::new(engine(config)?, live(config, clocks)?);
    let mut callers = match &config.callers {
        Some(file) => store::callers(file)?,
        None => domain::Callers::default(),
    };
    for supply in &config.supplies {
        callers.add(supply.caller.clone(), supply.supplies.clone(), None);
    }
    let verifier = VerifierSettings::new(&config.settings, NAME)?;
    let verifier = Verifier::new(verifier, http_client()?, clocks.tokens.clone());
    Ok(Api {
        app: Arc::new(App::new(knowledge, config.cursors()?)),
        tokens: config.tokens || !callers.have_keys(),
        callers: Arc::new(callers),
        verifier: Arc::new(verifier),
        anonymous: config.anonymous,
        public_url: config.public_url()?,
    })
}

/// The engine, with the policies and what a file says.
fn engine(config: &Config) -> anyhow::Result<Engine> {
    let policies = store::policies(config.policies.as_deref())?;
    let engine = Engine::new(&policies)?;
    if let Some(file) = &config.facts {
        let facts = store::facts(file)?;
        engine
            .write(facts.into_iter().map(Change::Add))
            .with_context(|| file.display().to_string())?;
    }
    let view = engine.view();
    let (version, facts) = (view.version(), view.len());
    tracing::info!(version, facts, "policies and facts are read");
    Ok(engine)
}

/// What is told by others, if there are any.
fn live(config: &Config, clocks: &Clocks) -> anyhow::Result<Option<Live>> {
    let sources: Vec<_> = config.feeds()?.iter().map(|feed| feed.source).collect();
    let bound = SignedDuration::try_from(config.staleness)?;
    let live = |sources| {
        Live::new(
            sources,
            bound,
            config.facts_deadline,
            clocks.decisions.clone(),
        )
    };
    Ok((!sources.is_empty()).then(|| live(sources)))
}

/// All that the service answers to.
pub fn router(api: Api, settings: &Settings) -> Router {
    let app = api.app.clone();
    let operations = Operations::new(NAME)
        .problems(http::problems::PROBLEMS)
        .check("facts", move |headers| {
            let app = app.clone();
            async move { http::reached(&app, &headers).await }
        });
    chassis::http::harden(operations.router(http::routes(api)), settings)
}

/// Runs the service until it is told to stop.
///
/// # Errors
///
/// When the configuration makes no sense, policies or facts do not, or the server or a worker fails.
pub async fn run(
    config: Config,
    clocks: Clocks,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let api = api(&config, &clocks)?;
    let mut workers = Workers::until(&shutdown);
    let feeds = config.feeds()?;
    if !feeds.is_empty() {
        let pool = database::connections(&config.database.url()?, config.settings.deadline)?;
        let broker = outbox::connect(config.broker.url()?.expose_secret(), NAME).await?;
        let inbox = Inbox::new(pool.clone());
        for events in feeds {
            let consumer = Consumer::new(inbox.clone(), broker.clone(), events.source, events);
            let name = format!("the consumer of {}", events.source);
            workers.spawn(name, |stop| consumer.run(stop));
        }
        let feeder = Feeder::new(api.app.clone(), Aggregates::new(pool), inbox);
        workers.spawn("the feeder", |stop| feeder.run(stop));
    }
    workers.serve(router(api, &config.settings), listener);
    workers.finish().await
}
