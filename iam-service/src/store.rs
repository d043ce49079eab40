//! Postgres: all SQL of this service, one file per table.
//!
//! Every use case is one [`Tx`]. Nothing is sent while it is open: what others must hear is queued in it, as an event, a
//! mail or a logout, and delivered by a worker after the commit.

mod codes;
mod devices;
mod employments;
mod expired;
mod families;
mod links;
mod logouts;
mod mail;
mod sessions;
mod signing_keys;
mod throttles;
pub(crate) mod told;
mod users;

pub use codes::{Code, Redeemed};
pub use employments::Employment;
pub use families::Family;
pub use links::LinkOwner;
pub use logouts::Logout;
pub use mail::{Mail, MailKind};
pub use signing_keys::StoredKey;
pub use told::Told;
pub use users::{Credentials, UserPage};

use idempotency::Mark;
use jiff::Timestamp;
use outbox::{Message, Position};
use serde::Serialize;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

/// The database does not answer, or answers what cannot be.
#[derive(Debug, thiserror::Error)]
#[error("the database failed")]
pub struct Error(#[from] sqlx::Error);

impl Error {
    /// Whether the database is out of service, so that the same may work in a moment.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        database::is_outage(&self.0)
    }
}

/// A result of this module.
pub type Result<T> = std::result::Result<T, Error>;

/// This service's database.
#[derive(Debug, Clone)]
pub struct Store {
    pool: PgPool,
}

impl Store {
    /// A store on an open pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// The pool, for the outbox.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Begins a transaction, which a drop rolls back.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(Tx(database::begin(&self.pool).await?))
    }
}

/// An open transaction.
#[derive(Debug)]
pub struct Tx(Transaction<'static, Postgres>);

impl Tx {
    /// Makes what was done so far last.
    ///
    /// # Errors
    ///
    /// When the database does not answer: then nobody knows whether it lasts.
    pub async fn commit(self) -> Result<()> {
        Ok(self.0.commit().await?)
    }

    /// Queues events and commits: publishing is the last statement of a transaction.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn publish(mut self, now: Timestamp, messages: Vec<Message>) -> Result<Position> {
        let position = outbox::append(&mut self.0, now, messages).await?;
        self.0.commit().await?;
        Ok(position)
    }

    /// Queues events, stores what came of a request that must be carried out once, and commits.
    ///
    /// # Errors
    ///
    /// When the database does not answer, or another attempt of the same request was quicker.
    pub async fn publish_once<T: Serialize>(
        mut self,
        now: Timestamp,
        messages: Vec<Message>,
        mark: &mut Mark,
        outcome: impl FnOnce(Position) -> T,
    ) -> std::result::Result<T, idempotency::Error> {
        let outcome = outcome(outbox::append(&mut self.0, now, messages).await?);
        mark.finish(&mut self.0, &outcome).await?;
        self.0.commit().await?;
        Ok(outcome)
    }

    fn db(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}

/// A row that says what cannot be: somebody has edited the table by hand.
fn corrupt(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error(sqlx::Error::Decode(error.into()))
}
