//! Postgres: what only customers have.

pub mod facts;
/// Locations, within the transaction that changes their customer.
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
