use async_nats::jetstream::Context;
use jiff::Timestamp;
use sqlx::PgPool;

use crate::Position;
use crate::cursor::Cursor;
use crate::feed::{Feed, Place};

/// A generation of what is kept of a source, and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replica {
    /// The source.
    pub source: String,
    /// The generation's number.
    pub generation: i64,
    /// Whether it is the one that is read. Otherwise it is being filled.
    pub serving: bool,
    /// Everything up to here is in effect.
    pub watermark: Position,
    /// The newest moment of which everything is known to be in effect.
    pub fresh_at: Option<Timestamp>,
    /// How many messages could not be applied.
    pub parked: i64,
    /// How many messages are yet to be read, at most. Nothing when the stream cannot be asked.
    pub behind: Option<u64>,
}

/// A message that could not be applied, in the generation that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    /// The source.
    pub source: String,
    /// The message's subject, which names the aggregate.
    pub subject: String,
    /// Where it lies, if it says so.
    pub position: Option<Position>,
    /// Whether it can be told whom it concerns.
    pub legible: bool,
    /// Why it could not be applied.
    pub error: String,
}

/// What this service keeps of others: in the order of the sources, each generation by itself.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn replicas(pool: &PgPool, js: &Context) -> Result<Vec<Replica>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select source, generation, serving, epoch, watermark, fresh_at, sequence,
                  coalesce(stream_created, 0) as "created!",
                  (select count(*) from outbox.parked where parked.generation = inbox.generation) as "parked!"
           from outbox.inbox order by source, generation"#
    )
    .fetch_all(pool)
    .await?;
    let mut replicas = Vec::with_capacity(rows.len());
    for row in rows {
        let place = Place {
            created: row.created,
            sequence: u64::try_from(row.sequence).unwrap_or_default(),
        };
        replicas.push(Replica {
            behind: behind(js, &row.source, place).await,
            source: row.source,
            generation: row.generation,
            serving: row.serving,
            watermark: Position::new(row.epoch, row.watermark),
            fresh_at: row.fresh_at.map(jiff_sqlx::Timestamp::to_jiff),
            parked: row.parked,
        });
    }
    Ok(replicas)
}

async fn behind(js: &Context, source: &str, place: Place) -> Option<u64> {
    let feed = Feed::open(js, source, place).await.ok()??;
    let head = feed.head().await.ok()?;
    Some(head.saturating_sub(feed.place().sequence))
}

/// The messages that could not be applied.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn parked(pool: &PgPool) -> Result<Vec<Parked>, sqlx::Error> {
    let rows = sqlx::query!(
        "select source, subject, epoch, position, legible, error from outbox.parked
         where generation = outbox.generation(source) order by source, subject"
    )
    .fetch_all(pool)
    .await?;
    let parked = rows.into_iter().map(|row| Parked {
        source: row.source,
        subject: row.subject,
        position: row
            .epoch
            .zip(row.position)
            .map(|(epoch, position)| Position::new(epoch, position)),
        legible: row.legible,
        error: row.error,
    });
    Ok(parked.collect())
}

/// Says in metrics how far the replica of `source` is: how much is yet to be read, of when it is, and how much could not be
/// applied. The age is for the reader of the metrics to compute: a consumer that has stopped would say nothing about it.
pub(crate) fn measure(source: &str, behind: u64, cursor: &Cursor, parked: i64) {
    let gauge = |name: &'static str, value: f64| {
        metrics::gauge!(name, "source" => source.to_owned()).set(value);
    };
    // A gauge holds floating point; nobody counts so far.
    let counted = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    gauge("inbox_behind_messages", counted(behind));
    gauge("inbox_parked_messages", counted(parked.unsigned_abs()));
    if let Some(fresh_at) = cursor.fresh_at {
        gauge(
            "inbox_fresh_at_seconds",
            fresh_at.as_duration().as_secs_f64(),
        );
    }
}
