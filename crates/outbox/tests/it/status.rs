//! What an operator sees of replicas.

use outbox::Position;
use testkit::nats::TestNats;
use uuid::Uuid;

use crate::world::{Publisher, Replica, SOURCE, THING};

#[tokio::test]
async fn an_operator_sees_how_far_each_generation_is_and_what_is_parked() -> anyhow::Result<()> {
    let mut nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    let pool = replica.database.pool();
    assert_eq!(outbox::replicas(pool, &js).await?, []);
    publisher.change(1, 1).await?;
    publisher.publish(&js).await?;
    let stray = format!("{SOURCE}.{THING}.{}", Uuid::from_u128(3));
    js.publish(stray.clone(), "{}".into()).await?.await?;
    replica.catch_up(&js).await?;
    publisher.change(2, 1).await?;
    publisher.publish(&js).await?;
    outbox::rebuild(pool, SOURCE).await?;

    let seen = outbox::replicas(pool, &js).await?;
    let [read, filling] = &seen[..] else {
        panic!("{seen:?}")
    };
    assert!(read.serving && !filling.serving);
    assert_eq!(read.watermark, Position::new(1, 1));
    assert_eq!(read.fresh_at, Some(publisher.clock.now()));
    // The event, and a heartbeat.
    assert_eq!((read.behind, read.parked), (Some(2), 1));
    assert!(filling.behind > read.behind);
    assert_eq!((filling.fresh_at, filling.parked), (None, 0));
    let parked = outbox::parked(pool).await?;
    assert_eq!((&parked[0].subject, parked[0].legible), (&stray, false));
    assert_eq!(parked[0].position, None);

    nats.stop().await;
    let seen = outbox::replicas(pool, &js).await?;
    assert_eq!(seen[0].behind, None, "nobody can tell");
    Ok(())
}
