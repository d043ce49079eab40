//! Everything once more: what a stream has lost, or what an epoch begins with.

use sqlx::{Connection as _, PgConnection};

use crate::Position;

/// How many messages are moved by one statement. However many there are, none takes as long as a statement may.
const PAGE: i64 = 10_000;

/// Gives the last message of every aggregate a new position, in one transaction and in the order they had, so that
/// the relay publishes all of them: current states and tombstones, also what it had not published yet.
///
/// `epoch` says in which, by the present one, which nobody else can end meanwhile; it is told which that was. In the present
/// epoch the new positions lie behind the head. In a higher one they begin at 1. Each message names the last of them: a
/// reader that misses something is not complete before that.
///
/// Whoever writes waits for as long as this takes, since the head is held.
pub(super) async fn republish(
    connection: &mut PgConnection,
    epoch: impl FnOnce(i64) -> i64,
) -> Result<i64, sqlx::Error> {
    in_pages(connection, epoch, PAGE).await
}

async fn in_pages(
    connection: &mut PgConnection,
    epoch: impl FnOnce(i64) -> i64,
    page: i64,
) -> Result<i64, sqlx::Error> {
    let mut tx = connection.begin().await?;
    let head = sqlx::query_as!(
        Position,
        "select epoch, position from outbox.head for update"
    )
    .fetch_one(&mut *tx)
    .await?;
    let epoch = epoch(head.epoch);
    let start = if epoch > head.epoch {
        Position::new(epoch, 0)
    } else {
        head
    };
    // What others had superseded that were published, was forgotten when they were.
    let mut before = published(&mut tx).await?;
    while let Some(last) = end_of_page(&mut tx, before, head, page).await? {
        forget_superseded(&mut tx, before, last).await?;
        before = last;
    }
    let total = count(&mut tx).await?;
    // What was moved lies behind the head, or in a higher epoch, and is not met again.
    let (mut before, mut next) = (BEGINNING, start);
    while let Some(last) = end_of_page(&mut tx, before, head, page).await? {
        next.position += renumber(&mut tx, (before, last), next, start.position + total).await?;
        before = last;
    }
    sqlx::query!(
        "with head as (update outbox.head set epoch = $1, position = $2)
         update outbox.published set epoch = $1, position = 0",
        next.epoch,
        next.position
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(next.epoch)
}

/// Up to where the stream is known to have what was said.
async fn published(tx: &mut PgConnection) -> Result<Position, sqlx::Error> {
    let published = sqlx::query_as!(Position, "select epoch, position from outbox.published");
    published.fetch_one(tx).await
}

/// Before every message.
const BEGINNING: Position = Position::new(0, 0);

/// The position at which a page ends that begins behind `before`; nothing, when there is none up to `head`.
async fn end_of_page(
    tx: &mut PgConnection,
    before: Position,
    head: Position,
    page: i64,
) -> Result<Option<Position>, sqlx::Error> {
    let end = sqlx::query_as!(
        Position,
        r#"select epoch as "epoch!", position as "position!"
           from (select epoch, position from outbox.message
                 where (epoch, position) > ($1, $2) and (epoch, position) <= ($3, $4)
                 order by epoch, position limit $5) page
           order by epoch desc, position desc limit 1"#,
        before.epoch,
        before.position,
        head.epoch,
        head.position,
        page
    );
    end.fetch_optional(tx).await
}

/// Deletes what messages behind `before` and up to `last` have superseded.
async fn forget_superseded(
    tx: &mut PgConnection,
    before: Position,
    last: Position,
) -> Result<(), sqlx::Error> {
    let forget = sqlx::query!(
        "delete from outbox.message old using outbox.message new
         where (new.epoch, new.position) > ($1, $2) and (new.epoch, new.position) <= ($3, $4)
           and (old.aggregate, old.id) = (new.aggregate, new.id)
           and (old.epoch, old.position) < (new.epoch, new.position)",
        before.epoch,
        before.position,
        last.epoch,
        last.position
    );
    forget.execute(tx).await.map(drop)
}

/// How many messages there are.
async fn count(tx: &mut PgConnection) -> Result<i64, sqlx::Error> {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from outbox.message"#);
    count.fetch_one(tx).await
}

/// Gives the messages behind `before` and up to `last` the positions behind `next`, and says how many they are.
async fn renumber(
    tx: &mut PgConnection,
    (before, last): (Position, Position),
    next: Position,
    complete_at: i64,
) -> Result<i64, sqlx::Error> {
    let moved = sqlx::query!(
        "with numbered as (
             select epoch, position, row_number() over (order by epoch, position) as n from outbox.message
             where (epoch, position) > ($1, $2) and (epoch, position) <= ($3, $4)
         )
         update outbox.message set epoch = $5, position = $6 + numbered.n, complete_at = $7
         from numbered where (message.epoch, message.position) = (numbered.epoch, numbered.position)",
        before.epoch,
        before.position,
        last.epoch,
        last.position,
        next.epoch,
        next.position,
        complete_at
    );
    let moved = moved.execute(tx).await?.rows_affected();
    Ok(i64::try_from(moved).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;
    use testkit::postgres::TestDatabase;
    use uuid::Uuid;

    use super::*;
    use crate::{Message, append, head};

    /// `(epoch, position, id, version, complete_at)`, in order.
    type Row = (i64, i64, Uuid, i64, Option<i64>);

    async fn said(connection: &mut PgConnection) -> Vec<Row> {
        let rows = sqlx::query_as(
            "select epoch, position, id, version, complete_at from outbox.message order by epoch, position",
        );
        rows.fetch_all(connection).await.unwrap()
    }

    #[tokio::test]
    async fn pages_of_any_size_are_one_whole() {
        let database = TestDatabase::create(crate::migrate).await.unwrap();
        let mut connection = database.pool().acquire().await.unwrap();
        // Eleven messages of seven aggregates: four are superseded, at the ends of pages and within them.
        for (id, version) in [
            (1, 1),
            (2, 1),
            (3, 1),
            (1, 2),
            (4, 1),
            (5, 1),
            (3, 2),
            (6, 1),
            (1, 3),
            (7, 1),
            (5, 2),
        ] {
            let mut tx = connection.begin().await.unwrap();
            let thing = Message {
                state: Some(json!({ "version": version })),
                ..Message::removed("thing", Uuid::from_u128(id), version, "changed")
            };
            append(&mut tx, Timestamp::UNIX_EPOCH, vec![thing])
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
        let order = [(2, 1), (4, 1), (3, 2), (6, 1), (1, 3), (7, 1), (5, 2)];
        let last = i64::try_from(order.len()).unwrap();
        let mut start = Position::new(1, 11);
        for (page, epoch) in [(1, 1), (2, 1), (3, 2), (7, 2), (8, 4), (100, 4)] {
            if epoch > start.epoch {
                start = Position::new(epoch, 0);
            }
            let begun = in_pages(&mut connection, |_| epoch, page).await.unwrap();
            assert_eq!(begun, epoch);
            let complete_at = Some(start.position + last);
            let expected = (1..).zip(order).map(|(n, (id, version))| {
                (
                    epoch,
                    start.position + n,
                    Uuid::from_u128(id),
                    version,
                    complete_at,
                )
            });
            assert_eq!(
                said(&mut connection).await,
                expected.collect::<Vec<_>>(),
                "by {page}"
            );
            start.position += last;
            assert_eq!(head(&mut connection).await.unwrap(), start);
        }
    }
}
