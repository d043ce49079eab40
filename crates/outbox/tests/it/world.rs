//! A publisher, a broker and a replica.

use std::collections::BTreeMap;

use async_nats::jetstream::Context;
use jiff::{SignedDuration, Timestamp};
use outbox::{Consumer, Event, Handler, Inbox, Message, Position, Relay};
use serde_json::json;
use sqlx::PgConnection;
use testkit::clock::TestClock;
use testkit::postgres::TestDatabase;
use uuid::Uuid;

pub(crate) const SOURCE: &str = "customer-service";
pub(crate) const THING: &str = "thing";
pub(crate) const CHANGED: &str = "io.realguardio.test.thing.changed.v1";
pub(crate) const REMOVED: &str = "io.realguardio.test.thing.removed.v1";

/// A service that publishes, with a clock in the test's hand.
pub(crate) struct Publisher {
    pub(crate) database: TestDatabase,
    pub(crate) clock: TestClock,
}

impl Publisher {
    pub(crate) async fn new() -> anyhow::Result<Self> {
        let database = TestDatabase::create(async |pool| outbox::migrate(pool).await).await?;
        Ok(Self {
            database,
            clock: TestClock::at("2026-11-22T10:00:00Z")?,
        })
    }

    pub(crate) async fn say(&self, messages: Vec<Message>) -> anyhow::Result<Position> {
        let mut tx = self.database.pool().begin().await?;
        let position = outbox::append(&mut tx, self.clock.now(), messages).await?;
        tx.commit().await?;
        Ok(position)
    }

    /// Says that the thing `id` now has this version.
    pub(crate) async fn change(&self, id: u128, version: i64) -> anyhow::Result<Position> {
        self.say(vec![changed(id, version)]).await
    }

    pub(crate) fn relay(&self, js: &Context) -> Relay {
        let clock = self.clock.clone();
        Relay::new(
            self.database.pool().clone(),
            js.clone(),
            SOURCE,
            move || clock.now(),
        )
    }

    /// Publishes all that there is, by a relay that has just been started.
    pub(crate) async fn publish(&self, js: &Context) -> anyhow::Result<()> {
        self.break_lock().await?;
        drain(&mut self.relay(js)).await
    }

    /// Ends the database session that holds the relay's lock, if there is one, as a broken network would.
    pub(crate) async fn break_lock(&self) -> anyhow::Result<()> {
        let ended: Vec<bool> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "select pg_terminate_backend(pid, 10000) from ({HOLDER}) as holder"
        )))
        .fetch_all(self.database.pool())
        .await?;
        anyhow::ensure!(
            ended.iter().all(|ended| *ended),
            "the session is still there"
        );
        Ok(())
    }

    /// Waits until no relay has the lock.
    pub(crate) async fn wait_until_free(&self) -> anyhow::Result<()> {
        let key: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "select (classid::bigint << 32) + objid::bigint from pg_locks where pid in ({HOLDER}) and locktype = 'advisory'"
        )))
        .fetch_one(self.database.pool())
        .await?;
        let mut transaction = self.database.pool().begin().await?;
        sqlx::query("select pg_advisory_xact_lock($1)")
            .bind(key)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Waits until the relay with the lock has read what it is going to publish.
    pub(crate) async fn wait_until_read(&self) -> anyhow::Result<()> {
        let read = format!(
            "select exists (select from pg_stat_activity where pid in ({HOLDER})
             and state = 'idle' and query like '%from outbox.message where%')"
        );
        while !sqlx::query_scalar::<_, bool>(sqlx::AssertSqlSafe(read.as_str()))
            .fetch_one(self.database.pool())
            .await?
        {}
        Ok(())
    }
}

/// The session that holds the relay's lock.
const HOLDER: &str = "select pid from pg_locks join pg_database on pg_database.oid = database
                      where locktype = 'advisory' and granted and datname = current_database()";

pub(crate) fn changed(id: u128, version: i64) -> Message {
    Message {
        state: Some(json!({ "version": version })),
        ..Message::removed(THING, Uuid::from_u128(id), version, CHANGED)
    }
}

pub(crate) async fn drain(relay: &mut Relay) -> anyhow::Result<()> {
    while relay.step().await?.worked() {}
    Ok(())
}

/// A service that keeps a copy of all things.
pub(crate) struct Replica {
    pub(crate) database: TestDatabase,
    pub(crate) inbox: Inbox,
}

impl Replica {
    pub(crate) async fn new() -> anyhow::Result<Self> {
        let database = TestDatabase::create(async |pool| {
            outbox::migrate(pool).await?;
            let table = "create table thing (generation bigint, id uuid, epoch bigint, version bigint, state jsonb, primary key (generation, id))";
            sqlx::query(table).execute(pool).await?;
            anyhow::Ok(())
        })
        .await?;
        let inbox = Inbox::new(database.pool().clone());
        Ok(Self { database, inbox })
    }

    pub(crate) fn consumer(&self, js: &Context) -> Consumer<Things> {
        self.consumer_with(js, Things)
    }

    pub(crate) fn consumer_with<H: Handler>(&self, js: &Context, handler: H) -> Consumer<H> {
        // By a clock that no publisher's is ahead of.
        let clock = || Timestamp::MAX;
        Consumer::new(self.inbox.clone(), js.clone(), SOURCE, handler, clock)
    }

    /// How old, at most, anything is that is known here of the source.
    pub(crate) async fn age(&self, now: Timestamp) -> sqlx::Result<Option<SignedDuration>> {
        let as_of: Option<jiff_sqlx::Timestamp> =
            sqlx::query_scalar("select as_of from outbox.standing(array[$1])")
                .bind(SOURCE)
                .fetch_one(self.database.pool())
                .await?;
        Ok(as_of.map(|at| now.duration_since(at.to_jiff())))
    }

    /// Applies all that there is.
    pub(crate) async fn catch_up(&self, js: &Context) -> anyhow::Result<()> {
        let mut consumer = self.consumer(js);
        while consumer.step().await?.worked() {}
        Ok(())
    }

    /// The version of each thing that is not removed.
    pub(crate) async fn things(&self) -> anyhow::Result<BTreeMap<u128, i64>> {
        let rows: Vec<(Uuid, i64)> =
            sqlx::query_as("select id, version from thing where state is not null and generation = outbox.generation($1)")
                .bind(SOURCE)
                .fetch_all(self.database.pool())
                .await?;
        Ok(rows
            .into_iter()
            .map(|(id, version)| (id.as_u128(), version))
            .collect())
    }

    pub(crate) async fn watermark(&self) -> anyhow::Result<Option<Position>> {
        Ok(self.inbox.watermark(SOURCE).await?)
    }
}

/// Upserts things.
pub(crate) struct Things;

impl Handler for Things {
    async fn apply(&self, connection: &mut PgConnection, event: &Event) -> anyhow::Result<()> {
        sqlx::query(
            "insert into thing (generation, id, epoch, version, state) values ($1, $2, $3, $4, $5)
             on conflict (generation, id) do update set epoch = excluded.epoch, version = excluded.version, state = excluded.state
             where (thing.epoch, thing.version) < (excluded.epoch, excluded.version)",
        )
        .bind(event.generation)
        .bind(event.id)
        .bind(event.position.epoch)
        .bind(event.version)
        .bind(&event.state)
        .execute(connection)
        .await?;
        Ok(())
    }

    async fn discard(
        &self,
        connection: &mut PgConnection,
        generation: i64,
        most: i64,
    ) -> anyhow::Result<u64> {
        let some = "delete from thing where ctid = any (array(select ctid from thing where generation = $1 limit $2))";
        let discarded = sqlx::query(some).bind(generation).bind(most);
        Ok(discarded.execute(connection).await?.rows_affected())
    }
}

/// One message as it lies in the stream.
#[derive(Debug, PartialEq)]
pub(crate) struct Lying {
    pub(crate) sequence: u64,
    pub(crate) position: i64,
    pub(crate) time: Timestamp,
    pub(crate) is_event: bool,
}

/// What lies in the stream, in its order.
pub(crate) async fn stream(js: &Context) -> anyhow::Result<Vec<Lying>> {
    let stream = js.get_stream(SOURCE).await?;
    let state = &stream.cached_info().state;
    let mut lying = Vec::new();
    for sequence in state.first_sequence..=state.last_sequence {
        let Ok(message) = stream.get_raw_message(sequence).await else {
            continue; // superseded
        };
        let header = |name: &str| {
            message
                .headers
                .get(name)
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        lying.push(Lying {
            sequence,
            position: header("ce-position").parse()?,
            time: header("ce-time").parse()?,
            is_event: !message.subject.ends_with(".heartbeat"),
        });
    }
    Ok(lying)
}

/// The positions of the events that lie in the stream, in its order.
pub(crate) async fn positions(js: &Context) -> anyhow::Result<Vec<i64>> {
    Ok(stream(js)
        .await?
        .into_iter()
        .filter(|lying| lying.is_event)
        .map(|lying| lying.position)
        .collect())
}
