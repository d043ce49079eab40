//! A program's workers: they live and end together.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::Router;
use chassis::program::{Wake, Workers, steps_when_woken};
use tokio::{net::TcpListener, sync::mpsc};
use tokio_util::sync::CancellationToken;

/// Two that go on until they are told to stop, and count that they did; one of them serves.
struct World {
    workers: Workers,
    shutdown: CancellationToken,
    stopped: Arc<AtomicUsize>,
}

impl World {
    async fn new() -> anyhow::Result<Self> {
        let shutdown = CancellationToken::new();
        let mut workers = Workers::until(&shutdown);
        workers.serve(Router::new(), TcpListener::bind("127.0.0.1:0").await?);
        let stopped = Arc::<AtomicUsize>::default();
        let counter = stopped.clone();
        workers.spawn("the diligent", |stop| async move {
            stop.cancelled().await;
            tokio::task::yield_now().await;
            counter.fetch_add(1, Ordering::SeqCst);
        });
        Ok(Self {
            workers,
            shutdown,
            stopped,
        })
    }

    /// What comes of it, and that everybody had stopped by then.
    async fn outcome(self) -> String {
        let outcome = self.workers.finish().await;
        assert_eq!(self.stopped.load(Ordering::SeqCst), 1, "all are waited for");
        outcome.map_or_else(|error| format!("{error:#}"), |()| "well".to_owned())
    }
}

#[tokio::test]
async fn who_is_told_to_stop_ends_well() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.shutdown.cancel();
    assert_eq!(world.outcome().await, "well");
    Ok(())
}

#[tokio::test]
async fn one_that_ends_by_itself_ends_the_program() -> anyhow::Result<()> {
    let mut world = World::new().await?;
    world.workers.spawn("the lazy", |_| async {});
    let shutdown = world.shutdown.clone();
    assert_eq!(world.outcome().await, "the lazy has stopped by itself");
    assert!(!shutdown.is_cancelled(), "that is for who gave it");
    Ok(())
}

#[tokio::test]
async fn one_that_panics_ends_the_program() -> anyhow::Result<()> {
    let mut world = World::new().await?;
    world
        .workers
        .spawn("the nervous", |_| async { panic!("on purpose") });
    assert_eq!(world.outcome().await, "the nervous has panicked");
    Ok(())
}

#[tokio::test]
async fn one_that_panics_while_it_stops_is_named_all_the_same() -> anyhow::Result<()> {
    let mut world = World::new().await?;
    world.workers.spawn("the nervous", |stop| async move {
        stop.cancelled().await;
        panic!("on purpose");
    });
    world.shutdown.cancel();
    assert_eq!(world.outcome().await, "the nervous has panicked");
    Ok(())
}

/// Steps that say what they find, and are waited for by what they say.
#[tokio::test(start_paused = true)]
async fn steps_follow_at_once_while_there_is_more_to_do() {
    let (shutdown, wake) = (CancellationToken::new(), Wake::default());
    let (said, mut hears) = mpsc::unbounded_channel();
    let (pause, shut) = (Duration::from_hours(1), shutdown.clone());
    let mut left = [Ok(true), Err(anyhow::anyhow!("once")), Ok(false)].into_iter();
    let step = move || {
        let step = left.next().unwrap_or(Ok(false));
        said.send(tokio::time::Instant::now()).unwrap();
        std::future::ready(step)
    };
    let woken = wake.clone();
    let running =
        tokio::spawn(async move { steps_when_woken("example", &woken, pause, shut, step).await });
    let mut next = async || hears.recv().await.unwrap();

    let first = next().await;
    assert_eq!(next().await, first, "there was more to do");
    assert_eq!(
        next().await - first,
        Duration::from_hours(1),
        "after a failure"
    );
    wake.all();
    assert_eq!(next().await - first, Duration::from_hours(1), "when woken");
    assert_eq!(
        next().await - first,
        Duration::from_hours(2),
        "and by itself"
    );
    shutdown.cancel();
    running.await.unwrap();
}
