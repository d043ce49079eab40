//! Attempts, by what they are aimed at and from where.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;

use super::{Result, Tx};
use crate::domain::throttle::{Subject, Throttle};

impl Tx {
    /// What is remembered of a subject, locked until the transaction ends.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn lock_throttle(&mut self, subject: &Subject, now: Timestamp) -> Result<Throttle> {
        let row = sqlx::query!(
            "insert into throttles (target, origin, failures, last_at) values ($1, $2, 0, $3)
             on conflict (target, origin) do update set target = excluded.target
             returning failures, last_at",
            subject.target(),
            subject.origin(),
            now.to_sqlx() as _,
        );
        let row = row.fetch_one(self.db()).await?;
        Ok(Throttle {
            failures: u32::try_from(row.failures).unwrap_or(0),
            last: row.last_at.to_jiff(),
        })
    }

    /// Remembers an attempt.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn put_throttle(&mut self, subject: &Subject, throttle: Throttle) -> Result<()> {
        sqlx::query!(
            "update throttles set failures = $3, last_at = $4 where target = $1 and origin = $2",
            subject.target(),
            subject.origin(),
            i32::try_from(throttle.failures).unwrap_or(i32::MAX),
            throttle.last.to_sqlx() as _,
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Forgets a subject's failures: it has shown who it is.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn forgive(&mut self, subject: &Subject) -> Result<()> {
        sqlx::query!(
            "delete from throttles where target = $1 and origin = $2",
            subject.target(),
            subject.origin(),
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Forgets all failures of what a subject is aimed at, wherever they came from: what they guessed at is no more.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn forgive_everywhere(&mut self, subject: &Subject) -> Result<()> {
        // In the order in which attempts are counted, so that no two wait for each other.
        sqlx::query!(
            "delete from throttles where (target, origin) in (
                 select target, origin from throttles where target = $1 order by origin for update
             )",
            subject.target(),
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Takes one attempt back: it did not fail.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn take_attempt_back(&mut self, subject: &Subject) -> Result<()> {
        sqlx::query!(
            "update throttles set failures = greatest(failures - 1, 0) where target = $1 and origin = $2",
            subject.target(),
            subject.origin(),
        )
        .execute(self.db())
        .await?;
        Ok(())
    }
}
