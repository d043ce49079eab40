use jiff_sqlx::ToSqlx;
use sqlx::error::DatabaseError;
use sqlx::{PgConnection, PgPool};

use super::RelayError;
use super::republish::republish;
use crate::envelope::Envelope;
use crate::event::Event;
use crate::trace::TraceContext;
use crate::{Position, ids};

/// The key of the lock, in the database of one service.
const LOCK: i64 = 0x6f75_7462_6f78; // "outbox" in ASCII

/// For how long a relay that has the lock may ask nothing: it asks twice a second, and facts may be five seconds old.
const SILENCE: &str = "3s";

/// Why a step was broken off.
pub(super) enum Broken {
    /// The ledger's session has ended because its relay asked nothing for too long, and the lock with it. That is no
    /// failure: another ledger may be opened.
    Ended(sqlx::Error),
    /// By a failure.
    Failed(RelayError),
}

impl From<sqlx::Error> for Broken {
    fn from(error: sqlx::Error) -> Self {
        let refused = error.as_database_error();
        match refused.and_then(DatabaseError::code).as_deref() {
            Some("57P05") => Self::Ended(error), // idle_session_timeout
            _ => Self::Failed(error.into()),
        }
    }
}

impl From<RelayError> for Broken {
    fn from(error: RelayError) -> Self {
        Self::Failed(error)
    }
}

impl From<Broken> for RelayError {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Ended(error) => error.into(),
            Broken::Failed(error) => error,
        }
    }
}

/// The outbox as its relay sees it, on the one connection whose session holds the relay's lock:
/// when the session is lost, so is the lock, and the next query says so.
pub(super) struct Ledger {
    connection: PgConnection,
}

impl Ledger {
    /// Takes the lock; nothing when another relay has it. A relay that is stopped, or gone without a word, loses it soon.
    pub(super) async fn open(pool: &PgPool) -> Result<Option<Self>, Broken> {
        let mut connection = pool.acquire().await?;
        let taken = sqlx::query_scalar!(
            "select case when pg_try_advisory_lock($1) then set_config('idle_session_timeout', $2, false) end",
            LOCK,
            SILENCE
        );
        let taken = taken.fetch_one(&mut *connection).await?;
        Ok(taken.map(|_| Self {
            connection: connection.detach(),
        }))
    }

    /// What the outbox knows of itself.
    pub(super) async fn record(&mut self) -> Result<Record, Broken> {
        let row = sqlx::query!(
            "select head.epoch, head.position, published.epoch as published_epoch, published.position as published
             from outbox.head, outbox.published"
        )
        .fetch_one(&mut self.connection)
        .await?;
        Ok(Record {
            head: Position::new(row.epoch, row.position),
            published: Position::new(row.published_epoch, row.published),
        })
    }

    /// The messages behind `position`, in order, at most `limit`.
    pub(super) async fn after(
        &mut self,
        position: Position,
        source: &str,
        limit: i64,
    ) -> Result<Vec<Envelope>, Broken> {
        let rows = sqlx::query!(
            "select epoch, position, aggregate, id, version, type, at, state, users, organizations, locations,
                    complete_at, traceparent, tracestate
             from outbox.message where (epoch, position) > ($1, $2) order by epoch, position limit $3",
            position.epoch,
            position.position,
            limit
        )
        .fetch_all(&mut self.connection)
        .await?;
        let read = |ids: &str| ids::split(ids).map_err(|error| sqlx::Error::Decode(error.into()));
        rows.into_iter()
            .map(|row| {
                Ok(Envelope::Event(Box::new(Event {
                    source: source.to_owned(),
                    position: Position::new(row.epoch, row.position),
                    aggregate: row.aggregate,
                    id: row.id,
                    generation: 0,
                    version: row.version,
                    event_type: row.r#type,
                    time: row.at.to_jiff(),
                    state: row.state,
                    users: read(&row.users)?,
                    organizations: read(&row.organizations)?,
                    locations: read(&row.locations)?,
                    complete_at: row.complete_at,
                    trace: TraceContext {
                        parent: row.traceparent,
                        state: row.tracestate,
                    },
                })))
            })
            .collect()
    }

    /// Whether `event`, found in the stream, is what this outbox has at its position.
    pub(super) async fn knows(&mut self, event: &Event) -> Result<bool, Broken> {
        let known = sqlx::query_scalar!(
            r#"select exists (select from outbox.message where (epoch, position, aggregate, id, version, at)
                                                            = ($1, $2, $3, $4, $5, $6)) as "known!""#,
            event.position.epoch,
            event.position.position,
            event.aggregate,
            event.id,
            event.version,
            event.time.to_sqlx() as _,
        );
        Ok(known.fetch_one(&mut self.connection).await?)
    }

    /// Gives everything new positions: see [`republish`].
    pub(super) async fn republish(
        &mut self,
        epoch: impl FnOnce(i64) -> i64,
    ) -> Result<i64, Broken> {
        Ok(republish(&mut self.connection, epoch).await?)
    }

    /// Notes that the stream has acknowledged everything up to `position`, and forgets what it has
    /// superseded: like the stream, the outbox keeps the last message of every aggregate.
    pub(super) async fn published(&mut self, position: Position) -> Result<(), Broken> {
        sqlx::query!(
            "with before as (select epoch, position from outbox.published),
                  now as (update outbox.published set epoch = $1, position = $2 where (epoch, position) < ($1, $2))
             delete from outbox.message old using outbox.message new, before
             where (new.epoch, new.position) > (before.epoch, before.position)
               and (new.epoch, new.position) <= ($1, $2)
               and (old.aggregate, old.id) = (new.aggregate, new.id)
               and (old.epoch, old.position) < (new.epoch, new.position)",
            position.epoch,
            position.position
        )
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }
}

/// What the outbox knows of itself.
pub(super) struct Record {
    /// The position of the last message appended.
    pub(super) head: Position,
    /// The position of the last message that the stream is known to have acknowledged.
    pub(super) published: Position,
}
