#![doc = include_str!("../README.md")]

pub mod app;
pub mod domain;
pub mod events;
pub mod http;
pub mod kind;
pub mod store;

pub use organization::service::Config;

use axum::Router;
use chassis::clock::Clocks;
use chassis::config::Settings;
use organization::service::{self, Clients};
use sqlx::PgPool;
use sqlx::migrate::MigrateError;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::Customers;
use crate::http::Api;
use crate::kind::CUSTOMERS;
use crate::store::Store;

/// The service's name: the audience of tokens for it, and the name of its stream.
pub const NAME: &str = customer_events::SOURCE;

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
    let make = |pool| Ok(router(api(&config, &clocks, pool)?, &config.settings));
    service::run(&CUSTOMERS, &config, &clocks, (listener, shutdown), make).await
}

/// What the handlers need, made of the configuration.
///
/// # Errors
///
/// When the configuration makes no sense.
pub fn api(config: &Config, clocks: &Clocks, pool: PgPool) -> anyhow::Result<Api> {
    let clients = Clients::new(config, clocks)?;
    let (kind, names) = (&CUSTOMERS, &http::NAMES);
    let organization = service::api(kind, names, config, &clients, clocks, pool.clone())?;
    let customers = Customers {
        organizations: organization.organizations.clone(),
        store: Store { pool },
    };
    Ok(Api {
        customers,
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
