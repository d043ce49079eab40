//! The rows of the inbox that say how far the generations of a replica have come.

use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Position;
use crate::cursor::Cursor;
use crate::feed::Place;

/// One generation of a replica, and how far it has come.
pub(super) struct Row {
    pub(super) generation: i64,
    /// Whether it is the one that is read.
    pub(super) serving: bool,
    pub(super) cursor: Cursor,
    pub(super) place: Place,
}

/// The generations of `source`: the one that is read, which always exists, and perhaps one that is being filled.
/// Nobody else moves them until the transaction ends.
pub(super) async fn lock(
    connection: &mut PgConnection,
    source: &str,
) -> Result<Vec<Row>, sqlx::Error> {
    let rows = find(connection, source).await?;
    if !rows.is_empty() {
        return Ok(rows);
    }
    sqlx::query!(
        "insert into outbox.inbox (source) values ($1) on conflict (source) where serving do nothing",
        source
    )
    .execute(&mut *connection)
    .await?;
    find(connection, source).await
}

async fn find(connection: &mut PgConnection, source: &str) -> Result<Vec<Row>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select generation, serving, epoch, watermark, applied, awaited, complete_at, fresh_at, sequence,
                  coalesce(stream_created, 0) as "created!"
           from outbox.inbox where source = $1 order by generation for update"#,
        source
    )
    .fetch_all(connection)
    .await?;
    let sequence =
        |number: i64| u64::try_from(number).map_err(|error| sqlx::Error::Decode(error.into()));
    rows.into_iter()
        .map(|row| {
            let cursor = Cursor {
                watermark: Position::new(row.epoch, row.watermark),
                applied: Position::new(row.epoch, row.applied),
                sequence: sequence(row.sequence)?,
                awaited: row.awaited.map(sequence).transpose()?,
                complete_at: row.complete_at,
                fresh_at: row.fresh_at.map(jiff_sqlx::Timestamp::to_jiff),
            };
            let place = Place {
                created: row.created,
                sequence: cursor.sequence,
            };
            Ok(Row {
                generation: row.generation,
                serving: row.serving,
                cursor,
                place,
            })
        })
        .collect()
}

/// Begins a generation that is not read yet.
pub(super) async fn insert(
    connection: &mut PgConnection,
    source: &str,
    epoch: i64,
    behind: Place,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into outbox.inbox (source, serving, epoch, sequence, stream_created) values ($1, false, $2, $3, $4)",
        source,
        epoch,
        number(behind.sequence)?,
        behind.created
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Says how far a generation has come. Tells how many messages are parked in it: what the statement that locked it saw of
/// them may be older than the lock.
pub(super) async fn store(
    connection: &mut PgConnection,
    generation: i64,
    cursor: &Cursor,
    created: i64,
) -> Result<i64, sqlx::Error> {
    let parked = sqlx::query_scalar!(
        r#"update outbox.inbox set epoch = $2, watermark = $3, applied = $4, awaited = $5, complete_at = $6,
                  fresh_at = $7, sequence = $8, stream_created = $9
           where generation = $1
           returning (select count(*) from outbox.parked where parked.generation = $1) as "parked!""#,
        generation,
        cursor.applied.epoch,
        cursor.watermark.position,
        cursor.applied.position,
        cursor.awaited.map(number).transpose()?,
        cursor.complete_at,
        cursor.fresh_at.map(ToSqlx::to_sqlx) as _,
        number(cursor.sequence)?,
        created
    );
    parked.fetch_one(connection).await
}

/// Ends a generation, with what was parked in it: nobody reads it any more, and its rows are yet to be deleted.
pub(super) async fn end(
    connection: &mut PgConnection,
    source: &str,
    generation: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with parked as (delete from outbox.parked where generation = $1),
              ended as (delete from outbox.inbox where generation = $1)
         insert into outbox.discarded (generation, source) values ($1, $2)",
        generation,
        source
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// From now on this generation is the one that is read.
pub(super) async fn serve(
    connection: &mut PgConnection,
    generation: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update outbox.inbox set serving = true where generation = $1",
        generation
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn number(sequence: u64) -> Result<i64, sqlx::Error> {
    i64::try_from(sequence).map_err(|error| sqlx::Error::Encode(error.into()))
}
