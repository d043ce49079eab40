//! A message that cannot be applied does not stop the others, and is known to be missing.

use std::collections::BTreeMap;

use async_nats::jetstream::Context;
use outbox::{ConsumerError, Event, Handler, Message};
use sqlx::PgConnection;
use testkit::nats::TestNats;
use uuid::Uuid;

use crate::world::{Publisher, Replica, SOURCE, THING, Things, changed};

/// Cannot apply version 2 of anything. What it did to the tables before it noticed must not stay.
struct NoTwo;

impl Handler for NoTwo {
    async fn apply(&self, connection: &mut PgConnection, event: &Event) -> anyhow::Result<()> {
        Things.apply(connection, event).await?;
        anyhow::ensure!(event.version != 2, "there is no 2");
        Ok(())
    }

    async fn discard(
        &self,
        connection: &mut PgConnection,
        generation: i64,
        most: i64,
    ) -> anyhow::Result<u64> {
        Things.discard(connection, generation, most).await
    }
}

/// What is parked: the thing, the users whom it concerns, whether that could be read, and why.
type Row = (Option<Uuid>, Vec<Uuid>, bool, String);

impl Replica {
    async fn parked(&self) -> anyhow::Result<Vec<Row>> {
        let parked = "select id, users, legible, error from outbox.parked
                      where generation = outbox.generation(source) order by id";
        Ok(sqlx::query_as(parked)
            .fetch_all(self.database.pool())
            .await?)
    }

    async fn is_known(&self, id: u128) -> anyhow::Result<bool> {
        let known = "select outbox.is_known($1, outbox.generation($1), $2, $3)";
        Ok(sqlx::query_scalar(known)
            .bind(SOURCE)
            .bind(THING)
            .bind(Uuid::from_u128(id))
            .fetch_one(self.database.pool())
            .await?)
    }

    async fn catch_up_without_two(&self, js: &Context) -> anyhow::Result<()> {
        let mut consumer = self.consumer_with(js, NoTwo);
        while consumer.step().await?.worked() {}
        Ok(())
    }
}

fn concerning(user: u128, message: Message) -> Message {
    message.users([Uuid::from_u128(user)])
}

#[tokio::test]
async fn what_cannot_be_applied_is_parked_and_the_others_go_on() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    publisher.change(1, 1).await?;
    publisher.publish(&js).await?;
    replica.catch_up_without_two(&js).await?;
    publisher.say(vec![concerning(9, changed(1, 2))]).await?;
    let last = publisher.change(2, 1).await?;
    publisher.publish(&js).await?;
    replica.catch_up_without_two(&js).await?;

    assert_eq!(replica.things().await?, BTreeMap::from([(1, 1), (2, 1)]));
    assert_eq!(replica.watermark().await?, Some(last));
    let parked = (
        Some(Uuid::from_u128(1)),
        vec![Uuid::from_u128(9)],
        true,
        "there is no 2".to_owned(),
    );
    assert_eq!(replica.parked().await?, [parked]);
    assert!(!replica.is_known(1).await?);
    assert!(replica.is_known(2).await?);
    Ok(())
}

#[tokio::test]
async fn a_later_version_repairs_it() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    for id in 1..=2 {
        publisher.change(id, 2).await?;
    }
    publisher.publish(&js).await?;
    replica.catch_up_without_two(&js).await?;
    assert_eq!(replica.parked().await?.len(), 2);

    publisher.change(1, 3).await?;
    publisher.publish(&js).await?;
    replica.catch_up_without_two(&js).await?;
    assert_eq!(replica.things().await?, BTreeMap::from([(1, 3)]));
    assert_eq!(replica.parked().await?.len(), 1);
    assert!(replica.is_known(1).await?);
    assert!(!replica.is_known(2).await?);
    Ok(())
}

/// Another service could not get this into the stream; a bug of the publisher could. Who is concerned cannot be told.
#[tokio::test]
async fn a_message_that_cannot_be_read_is_parked_too() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    let last = publisher.change(1, 1).await?;
    publisher.publish(&js).await?;
    let subject = format!("{SOURCE}.{THING}.{}", Uuid::from_u128(1));
    js.publish(subject, "{}".into()).await?.await?;
    replica.catch_up(&js).await?;

    let missing = "no header ce-epoch".to_owned();
    let parked = (Some(Uuid::from_u128(1)), Vec::new(), false, missing);
    assert_eq!(replica.parked().await?, [parked]);
    assert_eq!(replica.watermark().await?, Some(last));
    assert!(!replica.is_known(1).await?);

    // Nor does it stop the publisher.
    let last = publisher.change(1, 2).await?;
    publisher.publish(&js).await?;
    replica.catch_up(&js).await?;
    assert_eq!(replica.parked().await?, []);
    assert_eq!(replica.watermark().await?, Some(last));
    Ok(())
}

/// The database has an outage just then.
struct Unlucky;

impl Handler for Unlucky {
    async fn apply(&self, _: &mut PgConnection, event: &Event) -> anyhow::Result<()> {
        if event.version == 2 {
            return Err(sqlx::Error::PoolTimedOut.into());
        }
        Ok(())
    }

    async fn discard(&self, _: &mut PgConnection, _: i64, _: i64) -> anyhow::Result<u64> {
        Ok(0)
    }
}

#[tokio::test]
async fn an_outage_of_the_database_parks_nothing() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    let first = publisher.change(1, 1).await?;
    publisher.publish(&js).await?;
    let mut unlucky = replica.consumer_with(&js, Unlucky);
    while unlucky.step().await?.worked() {}
    let second = publisher.change(1, 2).await?;
    publisher.publish(&js).await?;
    let stopped = unlucky.step().await;
    assert!(matches!(stopped, Err(ConsumerError::Handler { position, .. }) if position == second));
    // Neither what the batch said nor the watermark has moved.
    assert_eq!(replica.watermark().await?, Some(first));
    assert_eq!(replica.parked().await?, []);

    replica.catch_up(&js).await?;
    assert_eq!(replica.things().await?, BTreeMap::from([(1, 2)]));
    assert_eq!(replica.watermark().await?, Some(second));
    Ok(())
}
