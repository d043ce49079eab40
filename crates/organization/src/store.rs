//! Postgres: organizations, employments and teams, as tables that begin with `organization_id`.

mod change;
mod employments;
mod facts;
mod organizations;
mod roster;
mod teams;

pub use change::{Committed, Once, Outcome, UnitOfWork};
pub use facts::{Relevant, Snapshot};
pub use organizations::{Listed, Removal};
pub use roster::Standing;

use sqlx::PgPool;
use uuid::Uuid;

/// The tables of [`crate`].
#[derive(Debug, Clone)]
pub struct Store {
    /// Connections to the service's own database.
    pub pool: PgPool,
}

/// Which part of a list: behind this id, so many.
#[derive(Debug, Clone, Copy)]
pub struct Keyset {
    /// The last id of the page before.
    pub after: Option<Uuid>,
    /// How many.
    pub limit: usize,
}

impl Keyset {
    /// One more than asked for tells whether there are more.
    #[must_use]
    pub fn fetch(self) -> i64 {
        i64::try_from(self.limit)
            .unwrap_or(i64::MAX)
            .saturating_add(1)
    }

    /// Cuts the one more, and says where the next page starts.
    pub fn cut<T>(self, mut rows: Vec<T>, id: impl Fn(&T) -> Uuid) -> Slice<T> {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let next = rows.last().filter(|_| more).map(id);
        Slice { items: rows, next }
    }
}

/// A part of a list.
#[derive(Debug, Clone)]
pub struct Slice<T> {
    /// In order of id, which is the order of creation.
    pub items: Vec<T>,
    /// Where the next part starts, if there is one.
    pub next: Option<Uuid>,
}
