//! Systems and their history in Postgres.
//!
//! Every change is one transaction: the row, the history, and, last of all, the event. What was
//! authorized is saved on condition that the row still has the version that was judged; nothing is
//! locked while facts are asked for.
//!
//! Beside them a [replica] of the facts that other services own.

mod alarms;
mod changes;
mod choices;
mod history;
mod installations;
pub(crate) mod replica;
mod rows;
mod systems;

use sqlx::PgPool;

pub use alarms::Alarmed;
pub use changes::{Saved, Unsaved};
pub use history::{Entry, Past};
pub use installations::Inserted;
pub use systems::Place;

/// The service's database.
#[derive(Debug, Clone)]
pub struct Store {
    pool: PgPool,
}

/// The database failed, or holds what it must not.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It could not be asked.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// Another request with the same key is being carried out.
    #[error(transparent)]
    Idempotency(#[from] idempotency::Error),
    /// What it holds, or is to hold, has no form.
    #[error("a value has no form: {0}")]
    Form(String),
}

impl Store {
    /// On these connections.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// These connections, for the outbox.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Where the outbox stands: how fresh an answer is that found nothing to change.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn position(&self) -> Result<outbox::Position, StoreError> {
        let mut connection = self.pool.acquire().await?;
        Ok(outbox::head(&mut connection).await?)
    }
}

/// Brings a database up to date: first what the service is built on, then its own tables.
///
/// # Errors
///
/// When the database refuses.
pub async fn migrate(pool: &PgPool) -> Result<(), sqlx::migrate::MigrateError> {
    outbox::migrate(pool).await?;
    idempotency::migrate(pool).await?;
    sqlx::migrate!().run(pool).await
}
