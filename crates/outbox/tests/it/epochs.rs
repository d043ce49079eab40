//! The publisher's database was restored, or somebody says so: everything is published anew, in an epoch of its own.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use outbox::{ConsistencyToken, Position};
use testkit::nats::TestNats;

use crate::world::{Publisher, Replica, SOURCE, drain};

const AT_ONCE: Duration = Duration::ZERO;

impl Replica {
    async fn reaches(&self, position: Position) -> bool {
        let token = ConsistencyToken::of(SOURCE, position);
        self.inbox.wait_for(&token, AT_ONCE).await.is_ok()
    }
}

/// In the backup thing 2 has never changed, and thing 3 does not exist yet.
#[tokio::test]
async fn a_restored_database_is_believed_and_not_the_stream_that_is_ahead_of_it()
-> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (lost, replica) = (Publisher::new().await?, Replica::new().await?);
    lost.change(1, 1).await?;
    lost.change(2, 1).await?;
    lost.change(2, 2).await?;
    lost.change(3, 1).await?;
    lost.publish(&js).await?;
    replica.catch_up(&js).await?;

    let restored = Publisher::new().await?;
    restored.change(1, 1).await?;
    restored.change(2, 1).await?;
    restored.publish(&js).await?;
    let next = restored.change(2, 2).await?;
    restored.publish(&js).await?;
    assert_eq!(next, Position::new(2, 3));
    for replica in [replica, Replica::new().await?] {
        replica.catch_up(&js).await?;
        assert_eq!(replica.things().await?, BTreeMap::from([(1, 1), (2, 2)]));
        assert_eq!(replica.watermark().await?, Some(next));

        // What is left of the old epoch lies in the stream for ever, and means nothing.
        outbox::rebuild(replica.database.pool(), SOURCE).await?;
        replica.catch_up(&js).await?;
        assert_eq!(replica.things().await?, BTreeMap::from([(1, 1), (2, 2)]));
    }
    Ok(())
}

/// Before its relay could look, the restored service has written past the end of the stream. Whether that ends with
/// an event or with a heartbeat, it says something else than the outbox.
#[tokio::test]
async fn a_restored_database_is_recognized_when_it_is_ahead_again() -> anyhow::Result<()> {
    for beats in [false, true] {
        let nats = TestNats::start().await?;
        let js = nats.jetstream().await?;
        let (lost, replica) = (Publisher::new().await?, Replica::new().await?);
        let mut relay = lost.relay(&js);
        drain(&mut relay).await?;
        lost.change(1, 1).await?;
        if beats {
            lost.clock.advance(SignedDuration::from_secs(2));
        }
        drain(&mut relay).await?;
        replica.catch_up(&js).await?;

        let restored = Publisher::new().await?;
        for id in 5..=8 {
            restored.change(id, 1).await?;
        }
        restored.publish(&js).await?;
        replica.catch_up(&js).await?;
        let things = (5..=8).map(|id| (id, 1)).collect::<BTreeMap<_, _>>();
        assert_eq!(replica.things().await?, things, "beats: {beats}");
    }
    Ok(())
}

#[tokio::test]
async fn the_old_generation_is_read_until_the_new_one_is_complete() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    let mut relay = publisher.relay(&js);
    for id in 1..=300 {
        publisher.change(id, 1).await?;
    }
    drain(&mut relay).await?;
    replica.catch_up(&js).await?;
    let before = publisher.change(1, 2).await?;
    let start = outbox::begin_epoch(publisher.database.pool()).await?;
    assert_eq!(start, Position::new(2, 0));

    // One batch of two.
    assert!(relay.step().await?.worked());
    replica.catch_up(&js).await?;
    assert_eq!(replica.things().await?.len(), 300);
    assert_eq!(replica.watermark().await?, Some(Position::new(1, 300)));
    assert!(!replica.reaches(Position::new(2, 1)).await);
    assert!(!replica.reaches(before).await);

    drain(&mut relay).await?;
    replica.catch_up(&js).await?;
    assert_eq!(replica.things().await?.get(&1), Some(&2));
    assert_eq!(replica.watermark().await?, Some(Position::new(2, 300)));
    // A lower epoch has been overtaken; a higher one is yet to come.
    assert!(replica.reaches(before).await);
    assert!(replica.reaches(Position::new(1, 1_000_000)).await);
    assert!(replica.reaches(Position::new(2, 300)).await);
    assert!(!replica.reaches(Position::new(2, 301)).await);
    assert!(!replica.reaches(Position::new(3, 1)).await);
    assert_eq!(replica.generations().await?, 1, "the old one is discarded");
    Ok(())
}

#[tokio::test]
async fn two_who_begin_an_epoch_at_once_begin_one_after_the_other() -> anyhow::Result<()> {
    let publisher = Publisher::new().await?;
    publisher.change(1, 1).await?;
    let pool = publisher.database.pool();
    let (one, other) = tokio::join!(outbox::begin_epoch(pool), outbox::begin_epoch(pool));
    let mut begun = [one?, other?];
    begun.sort();
    assert_eq!(begun, [Position::new(2, 0), Position::new(3, 0)]);
    Ok(())
}

#[tokio::test]
async fn an_epoch_in_which_there_is_nothing_leaves_nothing() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (lost, replica) = (Publisher::new().await?, Replica::new().await?);
    lost.change(1, 1).await?;
    lost.publish(&js).await?;
    replica.catch_up(&js).await?;
    let restored = Publisher::new().await?;
    restored.publish(&js).await?;
    replica.catch_up(&js).await?;
    assert_eq!(replica.things().await?, BTreeMap::new());
    assert_eq!(replica.watermark().await?, Some(Position::new(2, 0)));
    Ok(())
}

/// Two processes of one service, and one epoch after the other before the first was complete.
#[tokio::test]
async fn two_consumers_follow_from_epoch_to_epoch() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    let (mut one, mut other) = (replica.consumer(&js), replica.consumer(&js));
    let mut relay = publisher.relay(&js);
    for id in 1..=300 {
        publisher.change(id, 1).await?;
    }
    drain(&mut relay).await?;
    while one.step().await?.worked() {}
    for version in 2..=3 {
        outbox::begin_epoch(publisher.database.pool()).await?;
        publisher.change(7, version).await?;
        let _ = relay.step().await?;
        let _ = one.step().await?;
        let _ = other.step().await?;
    }
    drain(&mut relay).await?;
    while one.step().await?.worked() | other.step().await?.worked() {}
    assert_eq!(replica.things().await?.len(), 300);
    assert_eq!(replica.things().await?.get(&7), Some(&3));
    assert_eq!(replica.watermark().await?, Some(Position::new(3, 301)));
    assert_eq!(replica.generations().await?, 1);
    Ok(())
}
