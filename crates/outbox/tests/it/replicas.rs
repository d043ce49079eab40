//! A consumer applies state and watermark in one transaction, and waits where something is missing.

use std::collections::BTreeMap;

use outbox::{ConsumerError, Message, Position, Progress};
use testkit::nats::TestNats;
use uuid::Uuid;

use crate::world::{Publisher, REMOVED, Replica, THING};

#[tokio::test]
async fn a_replica_holds_the_last_state_of_everything() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    publisher.change(1, 1).await?;
    publisher.change(2, 1).await?;
    publisher.publish(&js).await?;
    replica.catch_up(&js).await?;
    publisher.change(1, 2).await?;
    publisher
        .say(vec![Message::removed(
            THING,
            Uuid::from_u128(2),
            2,
            REMOVED,
        )])
        .await?;
    publisher.publish(&js).await?;
    replica.catch_up(&js).await?;
    assert_eq!(replica.things().await?, BTreeMap::from([(1, 2)]));
    assert_eq!(replica.watermark().await?, Some(Position::new(1, 4)));
    Ok(())
}

#[tokio::test]
async fn a_consumer_waits_for_the_stream_that_its_publisher_makes() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    let mut consumer = replica.consumer(&js);
    assert_eq!(consumer.step().await?, Progress::Idle);
    publisher.change(1, 1).await?;
    publisher.publish(&js).await?;
    while consumer.step().await?.worked() {}
    assert_eq!(replica.things().await?, BTreeMap::from([(1, 1)]));
    Ok(())
}

#[tokio::test]
async fn two_consumers_of_one_service_do_not_undo_each_other() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    let (mut one, mut other) = (replica.consumer(&js), replica.consumer(&js));
    for version in 1..=3 {
        publisher.change(1, version).await?;
        publisher.publish(&js).await?;
        while one.step().await?.worked() {}
        if version == 2 {
            while other.step().await?.worked() {}
        }
    }
    while other.step().await?.worked() {}
    assert_eq!(replica.things().await?, BTreeMap::from([(1, 3)]));
    assert_eq!(replica.watermark().await?, Some(Position::new(1, 3)));
    Ok(())
}

/// Position 2 took something away, and position 302 said so again. A replica that has read 1 and 3
/// and not yet 302 lacks the revocation, and must not claim to be at 2 or 3.
#[tokio::test]
async fn behind_a_gap_the_watermark_waits_until_the_head_seen_has_been_applied()
-> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    publisher.change(1, 1).await?;
    publisher.change(1000, 1).await?;
    for id in 2..=300 {
        publisher.change(id, 1).await?;
    }
    publisher.change(1000, 2).await?;
    publisher.publish(&js).await?;

    let mut consumer = replica.consumer(&js);
    assert!(
        matches!(consumer.step().await?, Progress::Worked(count) if count < 300),
        "one batch is not all"
    );
    assert!(replica.things().await?.len() > 1);
    assert_eq!(replica.watermark().await?, Some(Position::new(1, 1)));
    while consumer.step().await?.worked() {}
    assert_eq!(replica.watermark().await?, Some(Position::new(1, 302)));
    Ok(())
}

/// A restored database does not know what the running consumer has read since.
#[tokio::test]
async fn what_a_restored_database_has_forgotten_is_applied_again() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    let mut consumer = replica.consumer(&js);
    publisher.change(1, 1).await?;
    publisher.publish(&js).await?;
    while consumer.step().await?.worked() {}

    for forget in [
        "delete from thing",
        "update outbox.inbox set watermark = 0, applied = 0, sequence = 0, fresh_at = null",
    ] {
        sqlx::query(forget).execute(replica.database.pool()).await?;
    }
    publisher.change(2, 1).await?;
    publisher.publish(&js).await?;
    assert!(matches!(consumer.step().await, Err(ConsumerError::SetBack)));
    while consumer.step().await?.worked() {}
    assert_eq!(replica.things().await?, BTreeMap::from([(1, 1), (2, 1)]));
    Ok(())
}
