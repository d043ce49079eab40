//! The row of the inbox that says how far one source has come.

use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Position;
use crate::cursor::Cursor;
use crate::feed::Place;

/// One generation of a replica, and how far it has come.
pub(super) struct Row {
    pub(super) generation: i64,
    pub(super) cursor: Cursor,
    pub(super) place: Place,
}

/// Reads how far `source` has been applied, and keeps others from moving it until the transaction ends.
pub(super) async fn load(connection: &mut PgConnection, source: &str) -> Result<Row, sqlx::Error> {
    sqlx::query!(
        "insert into outbox.inbox (source) values ($1) on conflict (source) where serving do nothing",
        source
    )
    .execute(&mut *connection)
    .await?;
    let row = sqlx::query!(
        r#"select generation, epoch, watermark, applied, awaited, fresh_at, sequence,
                  coalesce(stream_created, 0) as "created!"
           from outbox.inbox where source = $1 and serving for update"#,
        source
    )
    .fetch_one(connection)
    .await?;
    let sequence =
        |number: i64| u64::try_from(number).map_err(|error| sqlx::Error::Decode(error.into()));
    let cursor = Cursor {
        watermark: Position::new(row.epoch, row.watermark),
        applied: Position::new(row.epoch, row.applied),
        sequence: sequence(row.sequence)?,
        awaited: row.awaited.map(sequence).transpose()?,
        fresh_at: row.fresh_at.map(jiff_sqlx::Timestamp::to_jiff),
    };
    let place = Place {
        created: row.created,
        sequence: cursor.sequence,
    };
    Ok(Row {
        generation: row.generation,
        cursor,
        place,
    })
}

pub(super) async fn store(
    connection: &mut PgConnection,
    generation: i64,
    cursor: &Cursor,
    created: i64,
) -> Result<(), sqlx::Error> {
    let number =
        |sequence: u64| i64::try_from(sequence).map_err(|error| sqlx::Error::Encode(error.into()));
    sqlx::query!(
        "update outbox.inbox set epoch = $2, watermark = $3, applied = $4, awaited = $5, fresh_at = $6,
                sequence = $7, stream_created = $8
         where generation = $1",
        generation,
        cursor.applied.epoch,
        cursor.watermark.position,
        cursor.applied.position,
        cursor.awaited.map(number).transpose()?,
        cursor.fresh_at.map(ToSqlx::to_sqlx) as _,
        number(cursor.sequence)?,
        created
    )
    .execute(connection)
    .await?;
    Ok(())
}
