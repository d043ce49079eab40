//! The stream has lost what it had acknowledged: everything is published again.

use std::collections::BTreeMap;

use outbox::{Message, Position};
use testkit::nats::TestNats;
use uuid::Uuid;

use crate::world::{Publisher, REMOVED, Replica, THING, drain, positions};

fn removed(id: u128, version: i64) -> Message {
    Message::removed(THING, Uuid::from_u128(id), version, REMOVED)
}

#[tokio::test]
async fn states_and_tombstones_are_published_again_at_new_positions() -> anyhow::Result<()> {
    let mut nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    for id in 1..=3 {
        publisher.change(id, 1).await?;
    }
    publisher.publish(&js).await?;
    replica.catch_up(&js).await?;
    // Two revocations that no replica has heard of when they are lost, one not even published.
    publisher.change(1, 2).await?;
    publisher.publish(&js).await?;
    let last = publisher.say(vec![removed(2, 2)]).await?;
    nats.lose_storage().await?;

    let js = nats.jetstream().await?;
    publisher.publish(&js).await?;
    assert_eq!(positions(&js).await?, [6, 7, 8], "3, then 1, then 2");
    for replica in [replica, Replica::new().await?] {
        replica.catch_up(&js).await?;
        assert_eq!(replica.things().await?, BTreeMap::from([(1, 2), (3, 1)]));
        assert_eq!(replica.watermark().await?, Some(Position::new(1, 8)));
    }
    assert_eq!(last, Position::new(1, 5));

    // Once is enough.
    let next = publisher.change(1, 3).await?;
    publisher.publish(&js).await?;
    assert_eq!(next, Position::new(1, 9));
    assert_eq!(positions(&js).await?, [6, 8, 9]);
    Ok(())
}

/// The replica has not heard of the revocation at 302. Everything is published again in two batches, and the revocation
/// is in the second: to be where the stream ends after the first means nothing.
#[tokio::test]
async fn no_watermark_passes_a_gap_before_all_is_published_again() -> anyhow::Result<()> {
    let mut nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    publisher.change(1000, 1).await?;
    for id in 1..=300 {
        publisher.change(id, 1).await?;
    }
    publisher.publish(&js).await?;
    replica.catch_up(&js).await?;
    publisher.change(1000, 2).await?;
    publisher.publish(&js).await?;
    nats.lose_storage().await?;

    let js = nats.jetstream().await?;
    publisher.break_lock().await?;
    let mut relay = publisher.relay(&js);
    assert!(relay.step().await?.worked());
    replica.catch_up(&js).await?;
    assert_eq!(replica.things().await?.get(&1000), Some(&1));
    assert_eq!(replica.watermark().await?, Some(Position::new(1, 301)));

    drain(&mut relay).await?;
    replica.catch_up(&js).await?;
    assert_eq!(replica.things().await?.get(&1000), Some(&2));
    assert_eq!(replica.watermark().await?, Some(Position::new(1, 603)));
    Ok(())
}

/// The stream fell back, and a reader is further than what is left of it. What is published again must not come
/// where the reader has been already.
#[tokio::test]
async fn a_reader_that_had_come_further_misses_nothing() -> anyhow::Result<()> {
    let mut nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    publisher.change(1, 1).await?;
    publisher.publish(&js).await?;
    publisher.break_lock().await?;
    nats.keep_storage().await?;

    let js = nats.jetstream().await?;
    for id in 2..=9 {
        publisher.change(id, 1).await?;
    }
    publisher.publish(&js).await?;
    let mut consumer = replica.consumer(&js);
    while consumer.step().await?.worked() {}
    publisher.break_lock().await?;
    nats.fall_back().await?;
    for id in 1..=3 {
        publisher.change(id, 2).await?;
    }

    let js = nats.jetstream().await?;
    publisher.publish(&js).await?;
    // It finds the stream made anew, and begins again.
    assert!(consumer.step().await.is_err());
    while consumer.step().await?.worked() {}
    let mut versions: BTreeMap<u128, i64> = (1..=9).map(|id| (id, 1)).collect();
    versions.extend([(1, 2), (2, 2), (3, 2)]);
    assert_eq!(replica.things().await?, versions);
    Ok(())
}
