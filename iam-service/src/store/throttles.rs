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
            stored(throttle.failures),
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
        // In the order in which attempts are counted, those from one place before those from anywhere: no two wait for
        // each other.
        sqlx::query!(
            "delete from throttles where (target, origin) in (
                 select target, origin from throttles where target = $1 order by origin desc for update
             )",
            subject.target(),
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// Takes one attempt back: it did not fail. If nobody has tried since, all is as it was before it, the wait too;
    /// otherwise what they did stands, and it is one attempt less.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn take_attempt_back(
        &mut self,
        subject: &Subject,
        before: Throttle,
        after: Throttle,
    ) -> Result<()> {
        sqlx::query!(
            "update throttles set (failures, last_at) = (
                 select case when alone then $3 else greatest(failures - 1, 0) end,
                        case when alone then $4 else last_at end
                 from (select failures = $5 and last_at = $6 as alone) as since
             ) where target = $1 and origin = $2",
            subject.target(),
            subject.origin(),
            stored(before.failures),
            before.last.to_sqlx() as _,
            stored(after.failures),
            after.last.to_sqlx() as _,
        )
        .execute(self.db())
        .await?;
        Ok(())
    }
}

fn stored(failures: u32) -> i32 {
    i32::try_from(failures).unwrap_or(i32::MAX)
}
