//! Hints: what happens from now on, without a database.

use std::time::Duration;

use jiff::SignedDuration;
use outbox::{Hint, Hints, Position};
use testkit::nats::TestNats;

use crate::world::{Publisher, SOURCE};

async fn event(hints: &mut Hints) -> anyhow::Result<(u128, Position)> {
    match hints.next().await {
        Hint::Event(event) => Ok((event.id.as_u128(), event.position)),
        other => anyhow::bail!("{other:?} instead of an event"),
    }
}

#[tokio::test]
async fn a_listener_hears_what_happens_from_now_on() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let publisher = Publisher::new().await?;
    publisher.change(1, 1).await?;
    publisher.publish(&js).await?;
    let mut hints = Hints::new(js.clone(), SOURCE);
    assert_eq!(hints.next().await, Hint::Live);
    publisher.change(2, 1).await?;
    publisher.publish(&js).await?;
    assert_eq!(event(&mut hints).await?, (2, Position::new(1, 2)));
    Ok(())
}

#[tokio::test]
async fn of_a_source_that_has_said_nothing_yet_nothing_is_missed() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let publisher = Publisher::new().await?;
    let mut hints = Hints::new(js.clone(), SOURCE);
    assert_eq!(hints.next().await, Hint::Live, "there is no stream yet");
    publisher.change(1, 1).await?;
    publisher.publish(&js).await?;
    assert_eq!(event(&mut hints).await?, (1, Position::new(1, 1)));
    Ok(())
}

#[tokio::test]
async fn a_listener_is_told_of_a_cut_and_of_what_it_missed() -> anyhow::Result<()> {
    let mut nats = TestNats::start().await?;
    let publisher = Publisher::new().await?;
    let mut hints =
        Hints::new(nats.jetstream().await?, SOURCE).silent_after(Duration::from_mins(10));
    assert_eq!(hints.next().await, Hint::Live);
    let first = publisher.change(1, 1).await?;
    publisher.publish(&nats.jetstream().await?).await?;
    assert_eq!(event(&mut hints).await?, (1, first));

    nats.kill().await;
    assert_eq!(hints.next().await, Hint::Cut);
    nats.restart().await?;
    let js = nats.jetstream().await?;
    // Nobody listens.
    let missed = publisher.change(2, 1).await?;
    publisher.publish(&js).await?;
    assert_eq!(hints.next().await, Hint::Live);
    publisher.clock.advance(SignedDuration::from_secs(1));
    publisher.publish(&js).await?;
    publisher.change(1, 2).await?;
    publisher.publish(&js).await?;
    assert_eq!(hints.next().await, Hint::Missed(missed));
    // From there on it goes on.
    assert_eq!(event(&mut hints).await?, (1, Position::new(1, 3)));
    Ok(())
}

#[tokio::test]
async fn a_source_that_falls_silent_is_not_heard_until_it_speaks_again() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let publisher = Publisher::new().await?;
    publisher.publish(&js).await?;
    let mut hints = Hints::new(js.clone(), SOURCE).silent_after(Duration::from_millis(300));
    assert_eq!(hints.next().await, Hint::Live);

    // A relay that starts, and dies after its first heartbeat.
    publisher.clock.advance(SignedDuration::from_secs(1));
    publisher.publish(&js).await?;
    assert_eq!(
        hints.next().await,
        Hint::Cut,
        "the broker is there, and nobody speaks"
    );

    publisher.change(1, 1).await?;
    publisher.clock.advance(SignedDuration::from_secs(1));
    publisher.publish(&js).await?;
    assert_eq!(hints.next().await, Hint::Live);
    assert_eq!(event(&mut hints).await?, (1, Position::new(1, 1)));
    Ok(())
}
