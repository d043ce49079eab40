//! Failed attempts, per account and per address.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;

use super::{Result, Tx};
use crate::domain::throttle::Throttle;

impl Tx {
    /// What is remembered of a subject, locked until the transaction ends.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn lock_throttle(&mut self, subject: &str, now: Timestamp) -> Result<Throttle> {
        let row = sqlx::query!(
            "insert into throttles (subject, failures, last_at) values ($1, 0, $2)
             on conflict (subject) do update set subject = excluded.subject
             returning failures, last_at",
            subject,
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
    pub async fn put_throttle(&mut self, subject: &str, throttle: Throttle) -> Result<()> {
        sqlx::query!(
            "update throttles set failures = $2, last_at = $3 where subject = $1",
            subject,
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
    pub async fn forgive(&mut self, subject: &str) -> Result<()> {
        sqlx::query!("delete from throttles where subject = $1", subject)
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Takes one attempt back: it did not fail.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn take_attempt_back(&mut self, subject: &str) -> Result<()> {
        sqlx::query!(
            "update throttles set failures = greatest(failures - 1, 0) where subject = $1",
            subject
        )
        .execute(self.db())
        .await?;
        Ok(())
    }
}
