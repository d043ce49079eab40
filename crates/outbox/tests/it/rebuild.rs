//! A replica is filled anew from the stream while it is read.

use std::collections::BTreeMap;

use async_nats::jetstream::Context;
use outbox::{ConsumerError, Event, Handler, NotConsumed};
use sqlx::PgConnection;
use testkit::nats::TestNats;
use testkit::proxy::ChaosProxy;

use crate::world::{Publisher, Replica, SOURCE, Things, drain};

/// Keeps things, and discards at most so many at once. It fails where that is none.
struct Sparing(i64);

impl Handler for Sparing {
    async fn apply(&self, connection: &mut PgConnection, event: &Event) -> anyhow::Result<()> {
        Things.apply(connection, event).await
    }

    async fn discard(
        &self,
        connection: &mut PgConnection,
        generation: i64,
        most: i64,
    ) -> anyhow::Result<u64> {
        anyhow::ensure!(self.0 > 0, "nothing can be deleted");
        Things
            .discard(connection, generation, most.min(self.0))
            .await
    }
}

impl Replica {
    async fn rebuild(&self) -> anyhow::Result<()> {
        Ok(outbox::rebuild(self.database.pool(), SOURCE).await?)
    }

    /// Spoils thing 1, of 300 that are there, and has all of it filled anew.
    async fn spoiled(&self, publisher: &Publisher, js: &Context) -> anyhow::Result<()> {
        for id in 1..=300 {
            publisher.change(id, 1).await?;
        }
        publisher.publish(js).await?;
        self.catch_up(js).await?;
        sqlx::query(
            "update thing set version = 5 where id = (select min(id::text)::uuid from thing)",
        )
        .execute(self.database.pool())
        .await?;
        self.rebuild().await
    }

    /// How many generations have rows.
    pub(crate) async fn generations(&self) -> anyhow::Result<i64> {
        let count = sqlx::query_scalar("select count(distinct generation) from thing");
        Ok(count.fetch_one(self.database.pool()).await?)
    }
}

#[tokio::test]
async fn a_spoiled_replica_is_read_until_another_has_come_as_far() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    replica.spoiled(&publisher, &js).await?;
    replica.rebuild().await?;

    let last = publisher.change(2, 2).await?;
    publisher.publish(&js).await?;
    let mut consumer = replica.consumer(&js);
    // One batch of two for the new generation; the old one is kept up to date.
    assert!(consumer.step().await?.worked());
    assert_eq!(replica.watermark().await?, Some(last));
    let read = replica.things().await?;
    assert_eq!((read.len(), read[&1], read[&2]), (300, 5, 2));

    while consumer.step().await?.worked() {}
    let read = replica.things().await?;
    assert_eq!((read.len(), read[&1], read[&2]), (300, 1, 2));
    assert_eq!(replica.watermark().await?, Some(last));
    assert_eq!(replica.generations().await?, 1);
    Ok(())
}

/// Whoever deletes it is killed after each part.
#[tokio::test]
async fn what_was_replaced_is_deleted_a_part_at_a_time() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    replica.spoiled(&publisher, &js).await?;
    let mut parts = 0;
    while replica
        .consumer_with(&js, Sparing(100))
        .step()
        .await?
        .worked()
    {
        let turned = replica.things().await?[&1] == 1;
        if turned && replica.generations().await? == 2 {
            parts += 1;
        }
    }
    assert_eq!(parts, 3);
    assert_eq!(replica.generations().await?, 1);
    assert_eq!(replica.things().await?.len(), 300);
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_deleted_keeps_nobody_from_what_took_its_place() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    replica.spoiled(&publisher, &js).await?;
    let mut consumer = replica.consumer_with(&js, Sparing(0));
    let failed = loop {
        match consumer.step().await {
            Ok(progress) if progress.worked() => {}
            other => break other,
        }
    };
    assert!(matches!(failed, Err(ConsumerError::Discard { .. })));
    let last = publisher.change(2, 2).await?;
    publisher.publish(&js).await?;
    assert!(consumer.step().await?.worked());
    let read = replica.things().await?;
    assert_eq!((read.len(), read[&1], read[&2]), (300, 1, 2));
    assert_eq!(replica.watermark().await?, Some(last));
    Ok(())
}

/// While the new generation comes to where the stream ended when it began, the old one goes further. A twin that is
/// not filled anew tells how far.
#[tokio::test]
async fn what_is_read_never_goes_back() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    let twin = Replica::new().await?;
    for id in 1..=400 {
        publisher.change(id, 1).await?;
    }
    publisher.publish(&js).await?;
    replica.catch_up(&js).await?;
    twin.catch_up(&js).await?;
    replica.rebuild().await?;
    let (mut consumer, mut other) = (replica.consumer(&js), twin.consumer(&js));
    assert!(consumer.step().await?.worked());
    assert!(!other.step().await?.worked());
    for id in 401..=800 {
        publisher.change(id, 1).await?;
    }
    publisher.publish(&js).await?;
    while consumer.step().await?.worked() | other.step().await?.worked() {
        let (read, expected) = (replica.watermark().await?, twin.watermark().await?);
        assert!(read >= expected, "{read:?}, not {expected:?}");
    }
    assert_eq!(replica.things().await?.len(), 800);
    assert_eq!(replica.generations().await?, 1);
    Ok(())
}

#[tokio::test]
async fn what_is_not_consumed_cannot_be_rebuilt() -> anyhow::Result<()> {
    let replica = Replica::new().await?;
    let refused = outbox::rebuild(replica.database.pool(), "dealer-service").await;
    assert!(matches!(refused, Err(NotConsumed::Unknown(_))));
    Ok(())
}

/// A consumer is killed between two batches of the generation that it fills; the next one goes on there.
#[tokio::test]
async fn a_rebuild_survives_its_consumer() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    for id in 1..=600 {
        publisher.change(id, 1).await?;
    }
    publisher.publish(&js).await?;
    replica.catch_up(&js).await?;
    replica.rebuild().await?;
    let mut steps = 0;
    while replica.consumer(&js).step().await?.worked() {
        steps += 1;
    }
    assert!(steps > 1, "{steps} steps");
    assert_eq!(replica.things().await?.len(), 600);
    assert_eq!(replica.generations().await?, 1);
    Ok(())
}

/// The first relay sends version 1 and is held up; the second sends version 1 and 2. Were the late one taken, it would
/// be the last of its subject, and whoever reads the stream from its start would believe it.
#[tokio::test]
async fn a_late_duplicate_of_an_old_version_spoils_no_rebuild() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let proxy = ChaosProxy::start(nats.url()?.socket_addrs(|| None)?[0]).await?;
    let slow = async_nats::jetstream::new(
        async_nats::connect(format!("nats://{}", proxy.address())).await?,
    );
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    let mut first = publisher.relay(&slow);
    drain(&mut first).await?;
    publisher.change(1, 1).await?;
    proxy.black_hole();
    let paused = tokio::spawn(async move { first.step().await });
    publisher.wait_until_read().await?;
    publisher.break_lock().await?;
    let mut second = publisher.relay(&js);
    drain(&mut second).await?;
    publisher.change(1, 2).await?;
    drain(&mut second).await?;
    proxy.restore();
    assert!(paused.await?.is_err());

    replica.catch_up(&js).await?;
    replica.rebuild().await?;
    replica.catch_up(&js).await?;
    assert_eq!(replica.things().await?, BTreeMap::from([(1, 2)]));
    Ok(())
}
