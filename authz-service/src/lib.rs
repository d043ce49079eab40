#![doc = include_str!("../README.md")]

pub mod app;
pub mod command;
pub mod config;
pub mod domain;
pub mod events;
pub mod http;
pub mod store;

pub use config::Config;
pub use store::migrate;

use std::sync::Arc;

use axum::Router;
use chassis::auth::{Verifier, VerifierSettings};
use chassis::client::http_client;
use chassis::clock::Clocks;
use chassis::config::Settings;
use chassis::operations::Operations;
use chassis::program::Workers;
use jiff::SignedDuration;
use outbox::{Consumer, Inbox};
use pdp::Engine;
use secrecy::ExposeSecret as _;
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::{
    Administration, App, Examiner, Feeder, Journal, Knowledge, Live, Recorder, Retention,
};
use crate::http::Api;
use crate::store::{Aggregates, DecisionLog, Exceptions, SearchLog, Versions};

/// The service's name: the audience of tokens for it.
pub const NAME: &str = "authz-service";

/// What is kept in a database, where there is one.
#[derive(Debug)]
pub struct Books {
    versions: Versions,
    decisions: DecisionLog,
    searches: SearchLog,
    exceptions: Exceptions,
    journal: Journal,
}

impl Books {
    /// Those in this database, and who writes into them what was decided.
    #[must_use]
    pub fn open(pool: &PgPool, config: &Config) -> (Self, Recorder) {
        let decisions = DecisionLog::new(pool.clone());
        let searches = SearchLog::new(pool.clone());
        let logs = (decisions.clone(), searches.clone());
        let (journal, recorder) = Journal::new(logs, config.waiting(), &config.reads);
        let books = Self {
            versions: Versions::new(pool.clone()),
            decisions,
            searches,
            exceptions: Exceptions::new(pool.clone()),
            journal,
        };
        (books, recorder)
    }
}

/// What the handlers need, made of the configuration; and of what is kept, if anything is.
///
/// # Errors
///
/// When the configuration makes no sense, or policies or facts do not.
pub fn api(config: &Config, clocks: &Clocks, books: Option<Books>) -> anyhow::Result<Api> {
    let live = live(config, clocks, books.is_some())?;
    let knowledge = Knowledge::new(engine(config)?, live);
    let mut callers = match &config.callers {
        Some(file) => store::callers(file)?,
        None => domain::Callers::default(),
    };
    for supply in &config.supplies {
        callers.add(supply.caller.clone(), supply.supplies.clone(), None);
    }
    let verifier = VerifierSettings::new(&config.settings, NAME)?;
    let verifier = Verifier::new(verifier, http_client()?, clocks.tokens.clone());
    let journal = books.as_ref().map(|books| books.journal.clone());
    let app = Arc::new(App::new(knowledge, config.cursors()?, journal));
    let approvals = SignedDuration::try_from(config.approval_valid)?;
    let administration = books.map(|books| {
        let (app, clock) = (app.clone(), clocks.decisions.clone());
        let exceptions = config.owners.is_empty().then_some(books.exceptions);
        Arc::new(Administration::new(
            app,
            (books.versions, approvals),
            (books.decisions, books.searches),
            exceptions,
            Examiner::new(config.examiner.clone()),
            clock,
        ))
    });
    Ok(Api {
        app,
        administration,
        tokens: config.tokens || !callers.have_keys(),
        callers: Arc::new(callers),
        verifier: Arc::new(verifier),
        anonymous: config.anonymous,
        public_url: config.public_url()?,
    })
}

/// The engine, with the policies and what a file says.
fn engine(config: &Config) -> anyhow::Result<Engine> {
    let engine = store::engine(config.policies.as_deref(), config.facts.as_deref())?;
    let view = engine.view();
    let (version, facts) = (view.version(), view.len());
    tracing::info!(version, facts, "policies and facts are read");
    Ok(engine)
}

/// What is told by others, or kept in a database, if there is any.
fn live(config: &Config, clocks: &Clocks, kept: bool) -> anyhow::Result<Option<Live>> {
    let sources: Vec<_> = config.feeds()?.iter().map(|feed| feed.source).collect();
    let bound = SignedDuration::try_from(config.staleness)?;
    let is_live = kept || !sources.is_empty();
    Ok(is_live.then(|| Live {
        sources,
        bound,
        patience: config.facts_deadline,
        clock: clocks.decisions.clone(),
    }))
}

/// The service's own database, where others tell it facts, or where it is told of one.
fn pool(config: &Config) -> anyhow::Result<Option<PgPool>> {
    if config.owners.is_empty() && !config.has_database() {
        return Ok(None);
    }
    let url = config.database.url()?;
    Ok(Some(database::connections(&url, config.settings.deadline)?))
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
    let pool = pool(&config)?;
    let books = pool.as_ref().map(|pool| Books::open(pool, &config));
    let (books, recorder) = books.unzip();
    let api = api(&config, &clocks, books)?;
    let mut workers = Workers::until(&shutdown);
    if let (Some(pool), Some(recorder)) = (pool, recorder) {
        workers.spawn("the recorder", |stop| recorder.run(stop));
        let keeping = config.keeping()?;
        let logs = (DecisionLog::new(pool.clone()), SearchLog::new(pool.clone()));
        let retention = Retention::new(logs, keeping, clocks.decisions.clone());
        workers.spawn("retention", |stop| retention.run(stop));
        listen(&config, (&api.app, clocks), pool, &mut workers).await?;
    }
    workers.serve(router(api, &config.settings), listener);
    workers.finish().await
}

/// Takes in what the owners of facts tell, and what is kept.
async fn listen(
    config: &Config,
    (app, clocks): (&Arc<App>, Clocks),
    pool: PgPool,
    workers: &mut Workers,
) -> anyhow::Result<()> {
    let inbox = Inbox::new(pool.clone());
    if !config.owners.is_empty() {
        let broker = outbox::connect(config.broker.url()?.expose_secret(), NAME).await?;
        for events in config.feeds()? {
            let (source, clock) = (events.source, clocks.decisions.clone());
            let now = move || clock.now();
            let consumer = Consumer::new(inbox.clone(), broker.clone(), source, events, now);
            let name = format!("the consumer of {source}");
            workers.spawn(name, |stop| consumer.run(stop));
        }
    }
    let stores = (Aggregates::new(pool.clone()), Versions::new(pool));
    let feeder = Feeder::new(app.clone(), stores, inbox, clocks.decisions);
    workers.spawn("the feeder", |stop| feeder.run(stop));
    Ok(())
}
