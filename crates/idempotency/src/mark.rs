//! A request that is being carried out.

use jiff::SignedDuration;
use jiff_sqlx::Timestamp;
use serde::Serialize;
use sqlx::{PgConnection, PgPool};

use crate::{Error, IdempotencyKey};

/// For how long an attempt keeps others away: longer than any request's deadline.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);

const _: () = assert!(LEASE.as_secs().unsigned_abs() >= chassis::config::LONG.as_secs());

/// Leave to carry out a request. Dropped without being finished, it lets the next one try.
#[derive(Debug)]
pub struct Mark(Option<Leased>);

#[derive(Debug)]
struct Leased {
    pool: PgPool,
    caller: String,
    key: IdempotencyKey,
    until: Timestamp,
}

impl Mark {
    /// That of a request without a key: nothing is remembered.
    #[must_use]
    pub const fn none() -> Self {
        Self(None)
    }

    pub(crate) const fn new(
        pool: PgPool,
        caller: String,
        key: IdempotencyKey,
        until: Timestamp,
    ) -> Self {
        Self(Some(Leased {
            pool,
            caller,
            key,
            until,
        }))
    }

    /// Stores what came of it, as part of the transaction that does it.
    ///
    /// # Errors
    ///
    /// When another attempt was quicker: the transaction must not be committed.
    pub async fn finish(
        &mut self,
        transaction: &mut PgConnection,
        outcome: &impl Serialize,
    ) -> Result<(), Error> {
        let Some(leased) = &self.0 else {
            return Ok(());
        };
        let stored = sqlx::query!(
            "update idempotency.mark set outcome = $5
             where caller = $1 and route = $2 and key = $3 and leased_until = $4 and outcome is null",
            leased.caller,
            leased.key.route(),
            leased.key.text(),
            leased.until as _,
            serde_json::to_value(outcome)?,
        )
        .execute(transaction)
        .await?;
        if stored.rows_affected() == 0 {
            return Err(Error::InFlight);
        }
        // From here on the commit decides. Should it fail, the lease runs out.
        self.0 = None;
        Ok(())
    }

    /// Lets the next attempt begin at once. A mark that was finished stays so.
    pub async fn give_up(mut self) {
        if let Some(leased) = self.0.take() {
            leased.give_up().await;
        }
    }
}

/// For requests that end without an answer, because the client left or the deadline passed.
impl Drop for Mark {
    fn drop(&mut self) {
        let Some(leased) = self.0.take() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        runtime.spawn(leased.give_up());
    }
}

impl Leased {
    async fn give_up(self) {
        let given_up = sqlx::query!(
            "delete from idempotency.mark
             where caller = $1 and route = $2 and key = $3 and leased_until = $4 and outcome is null",
            self.caller,
            self.key.route(),
            self.key.text(),
            self.until as _,
        )
        .execute(&self.pool)
        .await;
        if let Err(error) = given_up {
            tracing::warn!(%error, "a lease is left to run out");
        }
    }
}
