//! Postgres: what only customers have.

pub mod facts;
pub mod locations;
mod profiles;
mod reservations;

use sqlx::PgPool;

/// The tables of this service that [`organization`] knows nothing of.
#[derive(Debug, Clone)]
pub struct Store {
    /// Connections to the service's own database.
    pub pool: PgPool,
}
