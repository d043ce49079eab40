//! Heartbeats, ages, and readers that ask for what they know to be there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use outbox::{ConsistencyToken, Consumer, NotYet, Position, Progress, Relay};
use testkit::nats::TestNats;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::block_in_place;

use crate::world::{Publisher, Replica, SOURCE, Things, drain, stream};

const SECOND: SignedDuration = SignedDuration::from_secs(1);
const AT_ONCE: Duration = Duration::ZERO;
const PATIENT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_heartbeat_comes_when_it_is_due_and_says_how_far_the_outbox_was_published()
-> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let publisher = Publisher::new().await?;
    let mut relay = publisher.relay(&js);
    publisher.change(1, 1).await?;
    drain(&mut relay).await?;
    assert_eq!(relay.step().await?, Progress::Idle);
    publisher.clock.advance(SECOND);
    assert_eq!(relay.step().await?, Progress::Worked(1));
    let last = stream(&js).await?.pop().expect("a heartbeat");
    assert_eq!(
        (last.position, last.time, last.is_event),
        (1, publisher.clock.now(), false)
    );
    Ok(())
}

/// A clock that, on being asked, lets a revocation commit first: it is older than the time read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_time_of_a_heartbeat_is_taken_before_the_outbox_is_read() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let publisher = Arc::new(Publisher::new().await?);
    let writer = Arc::clone(&publisher);
    let clock = move || {
        let write = async { writer.change(1, 1).await.map(drop) };
        block_in_place(|| Handle::current().block_on(write)).expect("written");
        writer.clock.advance(SECOND);
        writer.clock.now()
    };
    let mut relay = Relay::new(publisher.database.pool().clone(), js.clone(), SOURCE, clock);
    for _ in 0..3 {
        let _ = relay.step().await?;
        let heartbeat = stream(&js)
            .await?
            .into_iter()
            .rfind(|lying| !lying.is_event)
            .expect("a heartbeat");
        let older: i64 =
            sqlx::query_scalar("select max(position) from outbox.message where at < $1")
                .bind(jiff_sqlx::Timestamp::from(heartbeat.time))
                .fetch_one(publisher.database.pool())
                .await?;
        assert!(
            heartbeat.position >= older,
            "{heartbeat:?} does not know of position {older}"
        );
    }
    Ok(())
}

/// Were it believed, its silence would be noticed so much later.
#[tokio::test]
async fn a_publisher_whose_clock_is_ahead_vouches_for_nothing_that_is_yet_to_come()
-> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    let here = publisher.clock.now();
    let mut consumer = Consumer::new(
        replica.inbox.clone(),
        js.clone(),
        SOURCE,
        Things,
        move || here,
    );
    publisher.clock.advance(SignedDuration::from_mins(10));
    publisher.change(1, 1).await?;
    let mut relay = publisher.relay(&js);
    for _ in 0..2 {
        // The event, and then a heartbeat.
        drain(&mut relay).await?;
        drain_consumer(&mut consumer).await?;
        assert_eq!(replica.age(here + SECOND).await?, Some(SECOND));
        publisher.clock.advance(SECOND);
    }
    Ok(())
}

async fn drain_consumer(consumer: &mut Consumer<Things>) -> anyhow::Result<()> {
    while consumer.step().await?.worked() {}
    Ok(())
}

/// The stream is made while the outbox is full: its first message must not vouch for that.
#[tokio::test]
async fn a_replica_is_as_old_as_what_it_has_not_heard() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    let start = publisher.clock.now();
    assert_eq!(replica.age(start).await?, None);

    publisher.change(1, 1).await?;
    let mut relay = publisher.relay(&js);
    drain(&mut relay).await?;
    replica.catch_up(&js).await?;
    assert_eq!(replica.age(start).await?, Some(SignedDuration::ZERO));

    // Nothing is heard for a while, though something happens.
    publisher.clock.advance(SECOND * 40);
    publisher.change(1, 2).await?;
    assert_eq!(replica.age(publisher.clock.now()).await?, Some(SECOND * 40));
    publisher.clock.advance(SECOND * 2);
    drain(&mut relay).await?;
    replica.catch_up(&js).await?;
    assert_eq!(
        replica.age(publisher.clock.now()).await?,
        Some(SignedDuration::ZERO)
    );
    Ok(())
}

#[tokio::test]
async fn the_first_message_of_a_new_stream_vouches_for_no_time() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let publisher = Publisher::new().await?;
    for id in 1..=300 {
        publisher.change(id, 1).await?;
    }
    let mut relay = publisher.relay(&js);
    // One batch, which is not all: nothing has been said about the present yet.
    assert_eq!(relay.step().await?, Progress::Worked(256));
    let begin = stream(&js)
        .await?
        .into_iter()
        .find(|lying| !lying.is_event)
        .expect("the first message");
    assert_eq!(begin.time, Timestamp::UNIX_EPOCH);
    Ok(())
}

#[tokio::test]
async fn a_reader_with_a_token_waits_until_the_replica_is_there() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    publisher.change(1, 1).await?;
    publisher.publish(&js).await?;
    replica.catch_up(&js).await?;

    let token = ConsistencyToken::of(SOURCE, publisher.change(1, 2).await?);
    let refused = replica.inbox.wait_for(&token, AT_ONCE).await;
    assert!(
        matches!(refused, Err(NotYet::Behind { wanted, reached, .. })
        if (wanted, reached) == (Position::new(1, 2), Position::new(1, 1)))
    );

    let inbox = replica.inbox.clone();
    let reader = tokio::spawn(async move { inbox.wait_for(&token, PATIENT).await });
    publisher.publish(&js).await?;
    replica.catch_up(&js).await?;
    reader.await??;
    Ok(())
}

/// However often what is kept moves on meanwhile.
#[tokio::test]
async fn whoever_waits_reads_before_and_after_and_not_in_between() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    publisher.change(1, 1).await?;
    publisher.publish(&js).await?;
    replica.catch_up(&js).await?;

    let token = ConsistencyToken::of(SOURCE, Position::new(1, 6));
    let (inbox, reads) = (replica.inbox.clone(), Arc::new(AtomicUsize::new(0)));
    let (counted, begun) = (reads.clone(), Arc::new(Notify::new()));
    let waits = begun.clone();
    let reader = tokio::spawn(async move {
        let read = || async {
            counted.fetch_add(1, Ordering::SeqCst);
            let reached = inbox.watermark(SOURCE).await?.unwrap_or_default();
            waits.notify_one();
            Ok::<_, sqlx::Error>((ConsistencyToken::of(SOURCE, reached), ()))
        };
        let read = inbox.read_at_least::<_, _, NotYet, _>(&token, PATIENT, read);
        read.await.map(drop)
    });
    begun.notified().await;
    for version in 2..=6 {
        publisher.change(1, version).await?;
        publisher.publish(&js).await?;
        replica.catch_up(&js).await?;
    }
    reader.await??;
    assert_eq!(reads.load(Ordering::SeqCst), 2);
    Ok(())
}

/// Only a database that was set back knows less than it once said.
#[tokio::test]
async fn a_service_knows_whether_its_own_outbox_has_come_so_far() -> anyhow::Result<()> {
    let publisher = Publisher::new().await?;
    let said = publisher.change(1, 1).await?;
    let reached = async |position| {
        let token = ConsistencyToken::of(SOURCE, position);
        outbox::reached(publisher.database.pool(), SOURCE, &token).await
    };
    assert!(reached(said).await.is_ok());
    assert!(
        reached(Position::new(0, 9)).await.is_ok(),
        "an epoch that is over"
    );
    for ahead in [Position::new(1, 2), Position::new(2, 0)] {
        let refused = reached(ahead).await;
        assert!(matches!(refused, Err(NotYet::Behind { reached, .. }) if reached == said));
    }
    let others = ConsistencyToken::of("dealer-service", Position::new(1, 2));
    let reached = outbox::reached(publisher.database.pool(), SOURCE, &others).await;
    assert!(reached.is_ok(), "is not its own to know");
    Ok(())
}

/// Right after a start, before its consumer has read a thing, a service knows nothing.
#[tokio::test]
async fn a_reader_waits_for_a_source_that_was_never_heard() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let replica = Replica::new().await?;
    let _consumer = replica.consumer(&nats.jetstream().await?);
    let token = ConsistencyToken::of(SOURCE, Position::new(1, 1));
    assert!(replica.inbox.wait_for(&token, AT_ONCE).await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_lower_epoch_is_not_waited_for_and_a_higher_one_is() -> anyhow::Result<()> {
    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    for table in ["head", "published"] {
        let statement = format!("update outbox.{table} set epoch = 2");
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .execute(publisher.database.pool())
            .await?;
    }
    publisher.change(1, 1).await?;
    publisher.publish(&js).await?;
    replica.catch_up(&js).await?;
    assert_eq!(replica.watermark().await?, Some(Position::new(2, 1)));

    let asked = |token: &str| token.parse::<ConsistencyToken>();
    replica
        .inbox
        .wait_for(&asked(r#"customer-service="1:900""#)?, AT_ONCE)
        .await?;
    let higher = asked(r#"customer-service="3:1""#)?;
    assert!(replica.inbox.wait_for(&higher, AT_ONCE).await.is_err());
    // What this service does not consume is not its to wait for.
    replica
        .inbox
        .wait_for(&asked(r#"dealer-service="1:7""#)?, AT_ONCE)
        .await?;
    Ok(())
}
