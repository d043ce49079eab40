//! One relay publishes at a time, and the stream holds each position at most once, in order.

use outbox::{Progress, RelayError};
use testkit::nats::TestNats;
use testkit::proxy::ChaosProxy;

use crate::world::{Publisher, SOURCE, drain, positions, stream};

#[tokio::test]
async fn one_relay_works_and_the_others_stand_by() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let publisher = Publisher::new().await?;
    let (mut first, mut second) = (publisher.relay(&js), publisher.relay(&js));
    drain(&mut first).await?;
    publisher.change(1, 1).await?;
    assert_eq!(second.step().await?, Progress::Idle);
    assert_eq!(first.step().await?, Progress::Worked(1));

    publisher.break_lock().await?;
    publisher.change(2, 1).await?;
    drain(&mut second).await?;
    assert_eq!(positions(&js).await?, [1, 2]);
    Ok(())
}

#[tokio::test]
async fn a_relay_that_is_stopped_is_replaced() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let publisher = Publisher::new().await?;
    let (mut stopped, mut other) = (publisher.relay(&js), publisher.relay(&js));
    drain(&mut stopped).await?;
    publisher.change(1, 1).await?;
    assert_eq!(other.step().await?, Progress::Idle);

    publisher.wait_until_free().await?;
    drain(&mut other).await?;
    assert_eq!(positions(&js).await?, [1]);
    assert_eq!(stopped.step().await?, Progress::Idle, "it stands by now");
    Ok(())
}

/// The lock alone is no help here: the first relay had it when it read what to publish.
#[tokio::test]
async fn a_relay_that_wakes_up_after_a_pause_is_refused_and_starts_again_from_the_stream()
-> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let proxy = ChaosProxy::start(nats.url()?.socket_addrs(|| None)?[0]).await?;
    let slow = async_nats::jetstream::new(
        async_nats::connect(format!("nats://{}", proxy.address())).await?,
    );
    let publisher = Publisher::new().await?;

    let mut first = publisher.relay(&slow);
    publisher.change(1, 1).await?;
    drain(&mut first).await?;

    // The first relay sends positions 2 and 3, and they are held up on the way.
    publisher.change(2, 1).await?;
    publisher.change(3, 1).await?;
    proxy.black_hole();
    let paused = tokio::spawn(async move {
        let result = first.step().await;
        (first, result)
    });
    // It has read the outbox once its lock's session is idle again; then the session is lost.
    publisher.wait_until_read().await?;
    publisher.break_lock().await?;

    let mut second = publisher.relay(&js);
    drain(&mut second).await?;
    publisher.change(1, 2).await?;
    drain(&mut second).await?;
    drop(second);

    proxy.restore();
    let (mut first, result) = paused.await?;
    assert!(matches!(result, Err(RelayError::Refused)), "{result:?}");
    assert_eq!(positions(&js).await?, [2, 3, 4]);

    publisher.change(5, 1).await?;
    publisher.break_lock().await?;
    // The first step finds its lock lost, the next takes it again and asks the stream.
    let _ = first.step().await;
    drain(&mut first).await?;
    assert_eq!(positions(&js).await?, [2, 3, 4, 5]);
    Ok(())
}

/// Two relays find an empty stream: the server takes an expected sequence of 0 for none.
#[tokio::test]
async fn a_new_stream_begins_with_a_heartbeat_that_only_one_relay_can_write() -> anyhow::Result<()>
{
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let publisher = Publisher::new().await?;
    publisher.publish(&js).await?;
    let begin = &stream(&js).await?[0];
    assert_eq!((begin.position, begin.is_event), (0, false));
    let second =
        async_nats::jetstream::message::PublishMessage::build().expected_last_subject_sequence(0);
    assert!(
        js.send_publish(format!("{SOURCE}.heartbeat"), second)
            .await?
            .await
            .is_err()
    );
    Ok(())
}

#[tokio::test]
async fn a_relay_believes_the_stream_and_not_its_own_record() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let publisher = Publisher::new().await?;
    let mut killed = publisher.relay(&js);
    drain(&mut killed).await?;
    for id in 1..=3 {
        publisher.change(id, 1).await?;
    }
    drain(&mut killed).await?;
    let before = stream(&js).await?;
    // As if it had been killed after publishing and before recording.
    sqlx::query("update outbox.published set position = 1")
        .execute(publisher.database.pool())
        .await?;
    publisher.change(4, 1).await?;
    publisher.publish(&js).await?;
    let after = stream(&js).await?;
    assert_eq!(after[..3], before[1..]);
    assert_eq!(positions(&js).await?, [1, 2, 3, 4]);
    Ok(())
}

#[tokio::test]
async fn the_outbox_keeps_the_last_message_of_each_aggregate_as_the_stream_does()
-> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let publisher = Publisher::new().await?;
    for version in 1..=3 {
        publisher.change(1, version).await?;
        publisher.change(2, version).await?;
        publisher.publish(&js).await?;
    }
    let kept: Vec<i64> =
        sqlx::query_scalar("select position from outbox.message order by position")
            .fetch_all(publisher.database.pool())
            .await?;
    assert_eq!(kept, [5, 6]);
    assert_eq!(positions(&js).await?, [5, 6]);
    Ok(())
}
