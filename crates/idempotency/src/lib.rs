//! The same request twice is done once, and answered twice.
//!
//! A client that got no answer does not know whether its request was carried out. With an
//! `Idempotency-Key` it may simply send it again:
//!
//! | the key comes again, from the same caller, to the same route | then |
//! |---|---|
//! | after it was done, with the same body | the same answer, and nothing is done |
//! | with another body | 422: it is another request, and needs a key of its own |
//! | while it is being done | 409: ask again in a moment |
//! | after it failed | it is tried as if for the first time |
//!
//! # How it is done once
//!
//! ```text
//!   begin ─────────▶ the use case's transaction ──────────────────▶ answer
//!   a mark with      writes, outbox, and last [`Mark::finish`]:
//!   a lease          the outcome, in the same commit
//! ```
//!
//! The outcome is stored by the very transaction that does the work, on a row that has none yet.
//! So of two attempts at most one commits, whatever happens to the lease: the lease only spares the
//! second one the trouble. A crash before the commit leaves a lease that runs out; a crash after it
//! leaves the outcome.
//!
//! # What is stored
//!
//! The *outcome* of the use case, from which the answer is made again, not the answer: `T` in
//! [`Idempotency::begin`]. Put in it what the answer needs (the id, the position for the
//! consistency token) and nothing secret: a one-time link has no place in it. What failed, or could
//! not be decided, has changed nothing and is not stored: it is tried again.

mod error;
mod key;
mod mark;

pub use self::{
    error::{Error, PROBLEMS},
    key::IdempotencyKey,
    mark::{LEASE, Mark},
};

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx as _;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;

/// For how long a key is remembered.
pub const MEMORY: SignedDuration = SignedDuration::from_hours(24);
/// So many keys that are remembered no longer are deleted with one request at most.
const AT_ONCE: i64 = 100;

/// Creates the tables, in a schema of their own. To be run by the owner of the database.
///
/// # Errors
///
/// When the database refuses.
pub async fn migrate(pool: &PgPool) -> Result<(), sqlx::migrate::MigrateError> {
    sqlx::migrate!().run(pool).await
}

/// Remembers requests, in the service's own database.
#[derive(Debug, Clone)]
pub struct Idempotency {
    pool: PgPool,
}

/// Is it the first time?
#[derive(Debug)]
pub enum Begun<T> {
    /// Yes, or nothing came of it before: do it, and [finish](Mark::finish) the mark.
    First(Mark),
    /// No, and this came of it.
    Again(T),
}

impl Idempotency {
    /// Remembers in this database.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Carries out what a request asks for, or tells what came of it the first time. To be called
    /// when the caller is known to be allowed to. Without a key every request is the first.
    ///
    /// `work` stores its outcome by [`Mark::finish`], in the transaction that does the work.
    ///
    /// # Errors
    ///
    /// When the key is in use, or was used for another body; and those of `work`.
    pub async fn run<T, E>(
        &self,
        caller: impl fmt::Display,
        key: Option<&IdempotencyKey>,
        body: &impl Serialize,
        now: Timestamp,
        work: impl AsyncFnOnce(&mut Mark) -> Result<T, E>,
    ) -> Result<T, E>
    where
        T: DeserializeOwned,
        E: From<Error>,
    {
        let mut mark = match self.begin(caller, key, body, now).await? {
            Begun::First(mark) => mark,
            Begun::Again(outcome) => return Ok(outcome),
        };
        let result = work(&mut mark).await;
        mark.give_up().await;
        result
    }

    /// Begins what a request asks for, as [`run`](Self::run) does.
    ///
    /// # Errors
    ///
    /// When the key is in use, or was used for another body.
    pub async fn begin<T: DeserializeOwned>(
        &self,
        caller: impl fmt::Display,
        key: Option<&IdempotencyKey>,
        body: &impl Serialize,
        now: Timestamp,
    ) -> Result<Begun<T>, Error> {
        let Some(key) = key else {
            return Ok(Begun::First(Mark::none()));
        };
        let caller = caller.to_string();
        let digest = Sha256::digest(serde_json::to_vec(body)?).to_vec();
        let Some(until) = self.lease(&caller, key, &digest, now).await? else {
            return self.earlier(&caller, key, &digest).await.map(Begun::Again);
        };
        let mark = Mark::new(self.pool.clone(), caller, key.clone(), until);
        self.forget(now - MEMORY).await;
        Ok(Begun::First(mark))
    }

    /// Takes the lease, if nobody has it and nothing came of it yet, or so long ago that it is remembered no longer.
    async fn lease(
        &self,
        caller: &str,
        key: &IdempotencyKey,
        digest: &[u8],
        now: Timestamp,
    ) -> Result<Option<jiff_sqlx::Timestamp>, sqlx::Error> {
        sqlx::query_scalar!(
            "insert into idempotency.mark as mark (caller, route, key, digest, created_at, leased_until)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (caller, route, key) do update
             set digest = excluded.digest, created_at = excluded.created_at,
                 leased_until = excluded.leased_until, outcome = null
             where mark.created_at < $7
                or (mark.outcome is null and mark.leased_until <= $5 and mark.digest = excluded.digest)
             returning leased_until",
            caller,
            key.route(),
            key.text(),
            digest,
            now.to_sqlx() as _,
            (now + LEASE).to_sqlx() as _,
            (now - MEMORY).to_sqlx() as _,
        )
        .fetch_optional(&self.pool)
        .await
    }

    /// What came of an earlier request.
    async fn earlier<T: DeserializeOwned>(
        &self,
        caller: &str,
        key: &IdempotencyKey,
        digest: &[u8],
    ) -> Result<T, Error> {
        let mark = sqlx::query!(
            "select digest, outcome from idempotency.mark where caller = $1 and route = $2 and key = $3",
            caller,
            key.route(),
            key.text(),
        )
        .fetch_optional(&self.pool)
        .await?;
        match mark {
            Some(mark) if mark.digest != digest => Err(Error::OtherBody),
            Some(mark) => match mark.outcome {
                Some(outcome) => Ok(serde_json::from_value(outcome)?),
                None => Err(Error::InFlight),
            },
            // It was given up just now: the next attempt will be the first.
            None => Err(Error::InFlight),
        }
    }

    /// Deletes some of what is remembered no longer. No request fails for it, nor waits for another that does the same.
    async fn forget(&self, before: Timestamp) {
        let forgotten = sqlx::query!(
            "delete from idempotency.mark where (caller, route, key) in
                 (select caller, route, key from idempotency.mark where created_at < $1
                  limit $2 for update skip locked)",
            before.to_sqlx() as _,
            AT_ONCE,
        )
        .execute(&self.pool)
        .await;
        if let Err(error) = forgotten {
            tracing::warn!(%error, "old idempotency keys stay");
        }
    }
}
