#![doc = include_str!("../README.md")]

pub mod app;
pub mod config;
pub mod events;
pub mod http;
pub mod kind;
pub mod store;

pub use config::Config;

use std::sync::Arc;

use axum::Router;
use chassis::clock::Clocks;
use chassis::config::Settings;
use organization::served::ServedLocations;
use organization::service::{self, Clients};
use sqlx::PgPool;
use sqlx::migrate::MigrateError;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::Dealers;
use crate::http::Api;
use crate::kind::DEALERS;

/// The service's name: the audience of tokens for it, and the name of its stream.
pub const NAME: &str = dealer_events::SOURCE;

/// Runs the service until it is told to stop.
///
/// # Errors
///
/// When the configuration makes no sense, or the server or a worker fails.
pub async fn run(
    config: Config,
    clocks: Clocks,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let told = &config.organization;
    let make = |pool| Ok(router(api(&config, &clocks, pool)?, &told.settings));
    service::run(&DEALERS, told, &clocks, (listener, shutdown), make).await
}

/// What the handlers need, made of the configuration.
///
/// # Errors
///
/// When the configuration makes no sense.
pub fn api(config: &Config, clocks: &Clocks, pool: PgPool) -> anyhow::Result<Api> {
    let told = &config.organization;
    let clients = Clients::new(told, clocks)?;
    let organization = service::api(&DEALERS, &http::NAMES, told, &clients, clocks, pool)?;
    let customer_service = clients.of(&config.customer_service_url, customer_events::SOURCE);
    let dealers = Dealers {
        organizations: organization.organizations.clone(),
        served: Arc::new(ServedLocations::new(customer_service)),
    };
    Ok(Api {
        dealers,
        organization,
    })
}

/// All that the service answers to.
pub fn router(api: Api, settings: &Settings) -> Router {
    let organization = api.organization.clone();
    service::router(organization, http::routes(api), http::PROBLEMS, settings)
}

/// Makes or updates the tables, as the owner of the database.
///
/// # Errors
///
/// When the database refuses.
pub async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    service::migrate(pool).await?;
    sqlx::migrate!().run(pool).await
}
