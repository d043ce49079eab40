#![doc = include_str!("../README.md")]

pub mod app;
pub mod config;
pub mod domain;
pub mod events;
pub mod http;
pub mod kind;
pub mod organization;
pub mod store;

pub use config::Config;

use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use chassis::auth::{Verifier, VerifierSettings};
use chassis::client::{ServiceClient, TokenSource, http_client};
use chassis::clock::Clocks;
use chassis::config::Settings;
use chassis::http::harden;
use chassis::operations::Operations;
use idempotency::Idempotency;
use outbox::Relay;
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::Customers;
use crate::http::Api;
use crate::kind::CUSTOMERS;
use crate::organization::app::Organizations;
use crate::organization::iam::Iam;
use crate::store::Store;

/// The service's name: the audience of tokens for it, and the name of its stream.
pub const NAME: &str = customer_events::SOURCE;

/// Runs the service until it is told to stop.
///
/// # Errors
/// If the configuration makes no sense, or the listener fails.
pub async fn run(
    config: Config,
    clocks: Clocks,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let pool = database::connections(&config.database.url()?, config.settings.deadline)?;
    let nats = config.broker.url()?;
    let js = outbox::connect(nats.expose_secret(), NAME)
        .await
        .context("connect to NATS")?;
    let clock = clocks.decisions.clone();
    let relay = Relay::new(pool.clone(), js, NAME, move || clock.now());
    let relay = tokio::spawn(relay.run(shutdown.clone()));
    let router = router(api(&config, &clocks, pool)?, &config.settings);
    chassis::http::serve(router, listener, shutdown).await?;
    relay.await.context("the relay")
}

/// What the handlers need, made of the configuration.
///
/// # Errors
/// If the configuration makes no sense.
pub fn api(config: &Config, clocks: &Clocks, pool: PgPool) -> anyhow::Result<Api> {
    let settings = &config.settings;
    let http = http_client()?;
    let tokens = TokenSource::new(
        settings,
        &config.credentials,
        http.clone(),
        clocks.tokens.clone(),
    )?;
    let iam = ServiceClient::new(
        config.iam_service_url.clone(),
        "iam-service",
        Arc::new(tokens),
        http.clone(),
        settings.deadline,
    );
    let organizations = Organizations {
        kind: &CUSTOMERS,
        store: organization::store::Store { pool: pool.clone() },
        iam: Iam::new(iam),
    };
    let verifier = VerifierSettings::new(settings, NAME)?;
    let organization = organization::http::Api {
        organizations: organizations.clone(),
        verifier: Arc::new(Verifier::new(verifier, http, clocks.tokens.clone())),
        idempotency: Idempotency::new(pool.clone()),
        clock: clocks.decisions.clone(),
        source: NAME,
    };
    let customers = Customers {
        organizations,
        store: Store { pool },
    };
    Ok(Api {
        customers,
        organization,
    })
}

/// All that the service answers to.
pub fn router(api: Api, settings: &Settings) -> Router {
    let ready = api.clone();
    let operations = Operations::new(NAME)
        .check("database", move |headers| {
            let api = ready.clone();
            async move { http::reached(&api, &headers).await }
        })
        .problems(http::PROBLEMS)
        .problems(organization::http::PROBLEMS)
        .problems(idempotency::PROBLEMS);
    harden(operations.router(http::routes(api)), settings)
}

/// Makes or updates the tables, as the owner of the database.
///
/// # Errors
/// If the database refuses.
pub async fn migrate(database_url: &SecretString) -> anyhow::Result<()> {
    let pool = PgPoolOptions::new()
        .connect(database_url.expose_secret())
        .await?;
    migrate_pool(&pool).await
}

/// Makes or updates the tables of the database behind this pool.
///
/// # Errors
/// If the database refuses.
pub async fn migrate_pool(pool: &PgPool) -> anyhow::Result<()> {
    outbox::migrate(pool).await?;
    idempotency::migrate(pool).await?;
    sqlx::migrate!().run(pool).await?;
    Ok(())
}
