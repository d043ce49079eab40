#![doc = include_str!("../README.md")]

pub mod app;
pub mod config;
pub mod dealer_service;
pub mod events;
pub mod http;
pub mod kind;

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

use crate::app::Providers;
use crate::dealer_service::DealerService;
use crate::http::Api;
use crate::kind::PROVIDERS;

/// The service's name: the audience of tokens for it, and the name of its stream.
pub const NAME: &str = monitoring_events::SOURCE;

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
    service::run(&PROVIDERS, told, &clocks, (listener, shutdown), make).await
}

/// What the handlers need, made of the configuration.
///
/// # Errors
///
/// When the configuration makes no sense.
pub fn api(config: &Config, clocks: &Clocks, pool: PgPool) -> anyhow::Result<Api> {
    let told = &config.organization;
    let clients = Clients::new(told, clocks)?;
    let organization = service::api(&PROVIDERS, &http::NAMES, told, &clients, clocks, pool)?;
    let dealer_service = clients.of(&config.dealer_service_url, dealer_events::SOURCE);
    let customer_service = clients.of(&config.customer_service_url, customer_events::SOURCE);
    let providers = Providers {
        organizations: organization.organizations.clone(),
        dealers: Arc::new(DealerService::new(dealer_service)),
        served: Arc::new(ServedLocations::new(customer_service)),
    };
    Ok(Api {
        providers,
        organization,
    })
}

/// All that the service answers to.
pub fn router(api: Api, settings: &Settings) -> Router {
    let organization = api.organization.clone();
    service::router(organization, http::routes(api), &[], settings)
}

/// Makes or updates the tables, as the owner of the database. There are none but those that every
/// service of organizations has.
///
/// # Errors
///
/// When the database refuses.
pub async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    service::migrate(pool).await
}
