//! The session records, in a Postgres database of the BFF's own.
//!
//! A statement that changes a record names the generation that it was decided on, so that what
//! two replicas do at once is ordered by the row and never lost. No statement waits for a network
//! call: a refresh holds a *lease*, a column, not a lock.

mod changes;
mod end;
mod refresh;
mod sessions;
mod sweep;

pub use changes::{Change, Changes, changed};
pub use end::{Ended, EndedBy};
pub use refresh::Leased;
pub use sessions::{NewSession, Record};

use sqlx::PgPool;

use crate::domain::KeyRing;

/// The session records. Tokens are sealed on the way in and opened on the way out.
#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
    ring: KeyRing,
}

/// The database did not do it.
#[derive(Debug, thiserror::Error)]
#[error("session database: {0}")]
pub struct StoreError(#[from] sqlx::Error);

impl StoreError {
    /// Whether the database is out of service, so that the same may work in a moment. Anything
    /// else is our mistake.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        database::is_outage(&self.0)
    }
}

impl Store {
    /// A store on this database, sealing with these keys.
    #[must_use]
    pub fn new(pool: PgPool, ring: KeyRing) -> Self {
        Self { pool, ring }
    }

    /// Answers when the database does.
    ///
    /// # Errors
    ///
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query_scalar!("select 1")
            .fetch_one(&self.pool)
            .await?;
        Ok(())
    }
}

/// Makes or updates the tables, as the owner of the database.
///
/// # Errors
///
/// When the database refuses.
pub async fn migrate(pool: &PgPool) -> Result<(), sqlx::migrate::MigrateError> {
    sqlx::migrate!().run(pool).await
}

/// Columns that hold sealed texts.
mod column {
    pub(super) const ACCESS_TOKEN: &str = "access_token";
    pub(super) const REFRESH_TOKEN: &str = "refresh_token";
}
