//! Everything once more: what a stream has lost, or what an epoch begins with.

use sqlx::{Connection as _, PgConnection};

use crate::Position;

/// Gives the last message of every aggregate a new position, in one transaction and in the order they had, so that
/// the relay publishes all of them: current states and tombstones, also what it had not published yet.
///
/// In the present epoch the new positions lie behind the head. In a higher one they begin at 1. Each message
/// names the last of them: a reader that misses something is not complete before that.
pub(super) async fn republish(
    connection: &mut PgConnection,
    epoch: i64,
) -> Result<(), sqlx::Error> {
    let mut tx = connection.begin().await?;
    let head = sqlx::query_as!(
        Position,
        "select epoch, position from outbox.head for update"
    )
    .fetch_one(&mut *tx)
    .await?;
    let start = if epoch > head.epoch {
        Position::new(epoch, 0)
    } else {
        head
    };
    sqlx::query!(
        "delete from outbox.message old using outbox.message new
         where (old.aggregate, old.id) = (new.aggregate, new.id) and (old.epoch, old.position) < (new.epoch, new.position)"
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "with numbered as (
             select epoch, position, row_number() over (order by epoch, position) as n, count(*) over () as total
             from outbox.message
         ), moved as (
             update outbox.message set epoch = $1, position = $2 + numbered.n, complete_at = $2 + numbered.total
             from numbered
             where (message.epoch, message.position) = (numbered.epoch, numbered.position)
         ), head as (
             update outbox.head set epoch = $1, position = $2 + (select count(*) from numbered)
         )
         update outbox.published set epoch = $1, position = 0",
        start.epoch,
        start.position
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
