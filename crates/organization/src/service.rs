//! A service of organizations, put together.
//!
//! ```text
//! main ─ run ─┬─ a pool of connections
//!             ├─ the relay: outbox → stream
//!             └─ router ─ the routes of this crate and the service's own, with what all of them
//!                         have: a verifier of tokens, freshness, readiness, problem pages
//! ```

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::{Router, middleware};
use chassis::auth::{Verifier, VerifierSettings};
use chassis::client::{ServiceClient, TokenSource, http_client};
use chassis::clock::Clocks;
use chassis::config::{Broker, Credentials, Database, Settings};
use chassis::entropy;
use chassis::http::harden;
use chassis::operations::Operations;
use chassis::problem::ProblemType;
use chassis::program::Workers;
use freshness::OwnOutbox;
use idempotency::Idempotency;
use outbox::Relay;
use secrecy::ExposeSecret;
use sqlx::PgPool;
use sqlx::migrate::MigrateError;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;
use utoipa_axum::router::OpenApiRouter;

use crate::Kind;
use crate::app::{Lines, Organizations};
use crate::http::{self, Api, Names};
use crate::iam::Iam;
use crate::store::Store;

/// What a service of organizations is told, by flags or environment.
///
/// A service that is told more flattens it into a `Config` of its own, so it is no group of that name.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Config {
    /// What every service is told.
    #[command(flatten)]
    pub settings: Settings,

    /// The service's own database.
    #[command(flatten)]
    pub database: Database,

    /// Where events are published.
    #[command(flatten)]
    pub broker: Broker,

    /// How the service proves itself to iam-service.
    #[command(flatten)]
    pub credentials: Credentials,

    /// Where iam-service is, which finds or makes the users who are hired.
    #[arg(long, env = "IAM_SERVICE_URL", default_value = "http://localhost:3001")]
    pub iam_service_url: Url,
}

/// Serves, and publishes what was committed, until told to stop. `router` makes the service's own
/// router, on connections to its database.
///
/// # Errors
///
/// When the configuration makes no sense, or the server or the relay fails.
pub async fn run(
    kind: &'static Kind,
    config: &Config,
    clocks: &Clocks,
    (listener, shutdown): (TcpListener, CancellationToken),
    router: impl FnOnce(PgPool) -> anyhow::Result<Router>,
) -> anyhow::Result<()> {
    let pool = database::connections(&config.database.url()?, config.settings.deadline)?;
    let nats = config.broker.url()?;
    let js = outbox::connect(nats.expose_secret(), kind.source)
        .await
        .context("connect to NATS")?;
    let clock = clocks.decisions.clone();
    let relay = Relay::new(pool.clone(), js, kind.source, move || clock.now());

    let mut workers = Workers::until(&shutdown);
    workers.spawn("the relay", |stop| relay.run(stop));
    workers.serve(router(pool)?, listener);
    workers.finish().await
}

/// Makes clients of other services, all with the tokens of this one.
#[derive(Debug, Clone)]
pub struct Clients {
    http: reqwest::Client,
    tokens: Arc<TokenSource>,
    deadline: Duration,
}

impl Clients {
    /// By the credentials that the service was told.
    ///
    /// # Errors
    ///
    /// When the configuration makes no sense.
    pub fn new(config: &Config, clocks: &Clocks) -> anyhow::Result<Self> {
        let http = http_client()?;
        let tokens = TokenSource::new(
            &config.settings,
            &config.credentials,
            http.clone(),
            clocks.tokens.clone(),
        )?;
        Ok(Self {
            http,
            tokens: Arc::new(tokens),
            deadline: config.settings.deadline,
        })
    }

    /// A client of the service of this name, at this address.
    #[must_use]
    pub fn of(&self, address: &Url, service: &str) -> ServiceClient {
        let (tokens, http) = (self.tokens.clone(), self.http.clone());
        ServiceClient::new(address.clone(), service, tokens, http, self.deadline)
    }
}

/// What the handlers need, made of the configuration.
///
/// # Errors
///
/// When the configuration makes no sense.
pub fn api(
    kind: &'static Kind,
    names: &'static Names,
    config: &Config,
    clients: &Clients,
    clocks: &Clocks,
    pool: PgPool,
) -> anyhow::Result<Api> {
    let iam = clients.of(&config.iam_service_url, iam_events::SOURCE);
    let http = clients.http.clone();
    let verifier = VerifierSettings::new(&config.settings, kind.source)?;
    Ok(Api {
        organizations: Organizations {
            kind,
            store: Store { pool: pool.clone() },
            iam: Iam::new(iam),
            lines: Lines::default(),
        },
        verifier: Arc::new(Verifier::new(verifier, http, clocks.tokens.clone())),
        idempotency: Idempotency::new(pool),
        clock: clocks.decisions.clone(),
        entropy: entropy::system,
        names,
    })
}

/// All that the service answers to: what is common to all kinds, and `own`, its own routes with
/// their problems.
pub fn router(
    api: Api,
    own: OpenApiRouter,
    problems: &[ProblemType],
    settings: &Settings,
) -> Router {
    let outbox = OwnOutbox {
        name: api.source(),
        pool: api.organizations.store.pool.clone(),
        verifier: api.verifier.clone(),
    };
    let fresh = middleware::from_fn_with_state(outbox, freshness::require);
    let routes = http::routes(&api).merge(own).layer(fresh);
    let operations = Operations::new(api.source())
        .check("database", move |headers| {
            let api = api.clone();
            async move { http::reached(&api, &headers).await }
        })
        .problems(problems)
        .problems(http::PROBLEMS)
        .problems(idempotency::PROBLEMS);
    harden(operations.router(routes), settings)
}

/// Makes or updates the tables that every service of organizations has: those of the outbox, of
/// idempotency, and of this crate. Run it before the service's own migrations, as the owner.
///
/// # Errors
///
/// When the database refuses.
pub async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    outbox::migrate(pool).await?;
    idempotency::migrate(pool).await?;
    sqlx::migrate!().run(pool).await
}
