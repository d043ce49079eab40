//! The broker goes away, and comes back.

use std::collections::BTreeMap;
use std::time::Duration;

use outbox::ConsistencyToken;
use testkit::nats::TestNats;
use tokio_util::sync::CancellationToken;

use crate::world::{Publisher, Replica, SOURCE, positions};

const PATIENT: Duration = Duration::from_mins(1);

/// Relay and consumer as they run in a service. The broker is killed twice; what is written while it
/// is gone, and right before, arrives once.
#[tokio::test]
async fn nothing_is_lost_when_the_broker_is_killed_and_comes_back() -> anyhow::Result<()> {
    let mut nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    let shutdown = CancellationToken::new();
    let workers = [
        tokio::spawn(publisher.relay(&js).run(shutdown.clone())),
        tokio::spawn(replica.consumer(&js).run(shutdown.clone())),
    ];

    let mut last = publisher.change(1, 1).await?;
    replica.await_position(last).await?;
    for version in 2..=3 {
        publisher.change(1, version).await?;
        nats.kill().await;
        last = publisher.change(u128::try_from(version)?, 1).await?;
        nats.restart().await?;
        replica.await_position(last).await?;
    }
    shutdown.cancel();
    for worker in workers {
        worker.await?;
    }
    assert_eq!(
        replica.things().await?,
        BTreeMap::from([(1, 3), (2, 1), (3, 1)])
    );
    assert_eq!(positions(&nats.jetstream().await?).await?, [3, 4, 5]);
    Ok(())
}

impl Replica {
    async fn await_position(&self, position: outbox::Position) -> anyhow::Result<()> {
        Ok(self
            .inbox
            .wait_for(&ConsistencyToken::of(SOURCE, position), PATIENT)
            .await?)
    }
}
