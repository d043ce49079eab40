//! Positions are dense and in commit order.

use std::sync::Arc;

use outbox::Position;
use testkit::nats::TestNats;

use crate::world::{Publisher, changed, drain, positions};

#[tokio::test]
async fn a_writer_waits_for_the_one_before_and_a_rollback_gives_its_position_back()
-> anyhow::Result<()> {
    let publisher = Publisher::new().await?;
    let now = publisher.clock.now();
    let mut first = publisher.database.pool().begin().await?;
    assert_eq!(
        outbox::append(&mut first, now, vec![changed(1, 1), changed(2, 1)]).await?,
        Position::new(1, 2)
    );

    let mut second = publisher.database.pool().begin().await?;
    sqlx::query("set local lock_timeout = '100ms'")
        .execute(&mut *second)
        .await?;
    let refused = outbox::append(&mut second, now, vec![changed(3, 1)])
        .await
        .expect_err("must wait for the first");
    assert_eq!(
        refused
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .as_deref(),
        Some("55P03")
    );
    second.rollback().await?;

    first.rollback().await?;
    assert_eq!(publisher.change(3, 1).await?, Position::new(1, 1));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_writers_leave_no_gap_and_no_reader_sees_a_later_position_first()
-> anyhow::Result<()> {
    const WRITERS: u128 = 6;
    const WRITES: i64 = 20;
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let publisher = Arc::new(Publisher::new().await?);
    let mut relay = publisher.relay(&js);

    let mut writers = tokio::task::JoinSet::new();
    for writer in 1..=WRITERS {
        let publisher = Arc::clone(&publisher);
        writers.spawn(async move {
            for version in 1..=WRITES {
                let mut tx = publisher.database.pool().begin().await?;
                // Each write is of a thing of its own, so that the stream keeps them all.
                let thing = changed(writer * 1000 + u128::try_from(version)?, version);
                outbox::append(&mut tx, publisher.clock.now(), vec![thing]).await?;
                if version % 4 == 0 {
                    tx.rollback().await?;
                } else {
                    tx.commit().await?;
                }
            }
            anyhow::Ok(())
        });
    }
    // The relay goes on behind what it has seen: a position that became visible late would be lost.
    while let Some(writer) = writers.join_next().await {
        writer??;
        drain(&mut relay).await?;
    }
    let committed = i64::try_from(WRITERS)? * WRITES * 3 / 4;
    assert_eq!(positions(&js).await?, (1..=committed).collect::<Vec<_>>());
    Ok(())
}

#[tokio::test]
async fn a_write_that_changes_nothing_has_the_present_position() -> anyhow::Result<()> {
    let publisher = Publisher::new().await?;
    publisher.change(1, 1).await?;
    assert_eq!(publisher.say(vec![]).await?, Position::new(1, 1));
    assert_eq!(
        outbox::head(&mut *publisher.database.pool().acquire().await?).await?,
        Position::new(1, 1)
    );
    Ok(())
}

#[tokio::test]
async fn a_message_too_large_for_the_broker_fails_the_write() -> anyhow::Result<()> {
    let publisher = Publisher::new().await?;
    let mut large = changed(1, 1);
    large.state = Some(serde_json::json!("x".repeat(400 * 1024)));
    assert!(publisher.say(vec![large]).await.is_err());
    assert_eq!(publisher.change(1, 1).await?, Position::new(1, 1));
    Ok(())
}
