#![doc = include_str!("../README.md")]

pub mod events;
pub mod http;
pub mod kind;

pub use organization::service::Config;

use axum::Router;
use chassis::clock::Clocks;
use chassis::config::Settings;
use organization::http::{Api, appointed};
use organization::service;
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::kind::PROVIDERS;

/// The service's name: the audience of tokens for it, and the name of its stream.
pub const NAME: &str = monitoring_events::SOURCE;

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
    let make = |pool| Ok(router(api(&config, &clocks, pool)?, &config.settings));
    service::run(&PROVIDERS, &config, &clocks, (listener, shutdown), make).await
}

/// What the handlers need, made of the configuration.
///
/// # Errors
/// If the configuration makes no sense.
pub fn api(config: &Config, clocks: &Clocks, pool: PgPool) -> anyhow::Result<Api> {
    service::api(&PROVIDERS, &http::NAMES, config, clocks, pool)
}

/// All that the service answers to.
pub fn router(api: Api, settings: &Settings) -> Router {
    let own = appointed(&api, &http::DIRECTORY);
    service::router(api, own, &[], settings)
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

/// Makes or updates the tables of the database behind this pool. There are none but those that
/// every service of organizations has.
///
/// # Errors
/// If the database refuses.
pub async fn migrate_pool(pool: &PgPool) -> anyhow::Result<()> {
    Ok(service::migrate(pool).await?)
}
