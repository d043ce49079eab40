mod ledger;
mod republish;
mod tail;
mod takeover;

use std::time::Duration;

use async_nats::jetstream::Context;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;

use self::ledger::{Broken, Ledger};
use self::republish::republish;
use self::tail::Tail;
use crate::envelope::Envelope;
use crate::{Position, Progress};

/// How many messages are read, and then published, at once.
const BATCH: u16 = 256;
/// How often a relay says that there is nothing new.
const HEARTBEAT: SignedDuration = SignedDuration::from_secs(1);
/// How long a relay without news waits before it looks by itself: it must beat, and a wake-up can be lost.
const POLL: Duration = Duration::from_millis(500);
/// How long it waits after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// Publishes a service's outbox to its stream.
///
/// Every replica of a service runs one; the one that holds the lock works and the others stand by.
/// The lock keeps them from quarrelling but cannot keep the stream right: a relay may be paused
/// after it took the lock and wake up when another has long gone on. What keeps the stream right is
/// that every message names the sequence that it expects the stream to have reached, and that a
/// relay learns this, with the position to go on from, from the stream itself and never from its own
/// records. A relay that is refused knows nothing any more: it reads the stream's last message again.
pub struct Relay {
    pool: PgPool,
    js: Context,
    source: String,
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    ledger: Option<Ledger>,
    tail: Option<Tail>,
    beaten: Option<Timestamp>,
}

/// Why a relay could not go on. Whatever it is, the next step starts again from the stream.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The database could not be asked.
    #[error("the outbox cannot be read")]
    Outbox(#[from] sqlx::Error),
    /// NATS could not be asked.
    #[error("the stream cannot be reached")]
    Stream(#[source] async_nats::Error),
    /// The stream is not where this relay left it: another relay has published.
    #[error("refused: another relay has published since")]
    Refused,
}

impl Relay {
    /// A relay from the outbox in `pool` to the stream `source`, which is the service's name.
    ///
    /// `clock` is the clock from which [`append`](crate::append()) gets its times.
    pub fn new(
        pool: PgPool,
        js: Context,
        source: &str,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        Self {
            pool,
            js,
            source: source.to_owned(),
            clock: Box::new(clock),
            ledger: None,
            tail: None,
            beaten: None,
        }
    }

    /// Publishes what there is, up to a bound, and a heartbeat when one is due.
    ///
    /// Idle also while another relay works.
    ///
    /// # Errors
    ///
    /// When database or broker cannot be reached, or the stream is not as expected.
    pub async fn step(&mut self) -> Result<Progress, RelayError> {
        let step = match self.attempt().await {
            Err(Broken::Ended(_)) => self.attempt().await,
            step => step,
        };
        Ok(step?)
    }

    async fn attempt(&mut self) -> Result<Progress, Broken> {
        let result = self.try_step().await;
        match &result {
            Err(Broken::Ended(_) | Broken::Failed(RelayError::Outbox(_))) => {
                (self.ledger, self.tail) = (None, None);
            }
            Err(_) => self.tail = None,
            Ok(_) => {}
        }
        result
    }

    async fn try_step(&mut self) -> Result<Progress, Broken> {
        self.lead().await?;
        let (Some(ledger), Some(tail)) = (&mut self.ledger, &mut self.tail) else {
            return Ok(Progress::Idle);
        };
        // The time comes first. What was committed before it is in what is read now; were it taken
        // later, a revocation committed in between would be older than the heartbeat and missing.
        let now = (self.clock)();
        let events = ledger
            .after(tail.position, &self.source, i64::from(BATCH))
            .await?;
        let published = events.len();
        tail.publish(&self.js, events).await?;
        if published > 0 {
            ledger.published(tail.position).await?;
            metrics::counter!("outbox_published_total").increment(published as u64);
        }
        let caught_up = published < usize::from(BATCH);
        if caught_up && self.beaten.is_none_or(|beaten| is_due(beaten, now)) {
            let source = self.source.clone();
            let position = tail.position;
            tail.publish(
                &self.js,
                vec![Envelope::Heartbeat {
                    source,
                    position,
                    time: now,
                }],
            )
            .await?;
            self.beaten = Some(now);
            return Ok(Progress::Worked(published + 1));
        }
        Ok(if published > 0 {
            Progress::Worked(published)
        } else {
            Progress::Idle
        })
    }

    /// Takes what it needs in order to publish: the lock, unless another relay has it, and then the
    /// place where the stream ends.
    async fn lead(&mut self) -> Result<(), Broken> {
        if self.ledger.is_none() {
            self.ledger = Ledger::open(&self.pool).await?;
        }
        if let (Some(ledger), None) = (&mut self.ledger, &self.tail) {
            self.tail = Some(takeover::tail(ledger, &self.js, &self.source).await?);
            self.beaten = None;
        }
        Ok(())
    }

    /// Publishes until `shutdown`: at once when a transaction with messages commits, and every now
    /// and then in any case, because a wake-up can be lost.
    pub async fn run(mut self, shutdown: CancellationToken) {
        let work = async {
            let mut wake = Wake {
                pool: self.pool.clone(),
                listener: None,
            };
            loop {
                // Listen first, then look: what is committed in between has then been heard.
                wake.listen().await;
                match self.step().await {
                    Ok(Progress::Worked(_)) => {}
                    Ok(Progress::Idle) => wake.heard().await,
                    Err(error) => {
                        let error = format!("{:#}", anyhow::Error::new(error));
                        tracing::warn!(error, source = self.source, "the relay starts again");
                        metrics::counter!("outbox_relay_failures_total").increment(1);
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = work => {}
        }
    }
}

/// Begins an epoch: everything is published anew, and replicas fill a generation with it and read that.
///
/// For after the database was restored from a backup. The relay notices that by itself where the stream is ahead of
/// what was restored, but not when the stream was lost too, and readers have come further than either. Harmless
/// beside a running relay, which publishes it. Returns the position before the first message.
///
/// # Errors
///
/// When the database refuses.
pub async fn begin_epoch(pool: &PgPool) -> Result<Position, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let epoch = republish(&mut connection, |present| present + 1).await?;
    Ok(Position::new(epoch, 0))
}

/// Whether a heartbeat is due; also when the clock was set back.
fn is_due(beaten: Timestamp, now: Timestamp) -> bool {
    now < beaten || now.duration_since(beaten) >= HEARTBEAT
}

/// Hears when something was appended.
struct Wake {
    pool: PgPool,
    listener: Option<PgListener>,
}

impl Wake {
    async fn listen(&mut self) {
        if self.listener.is_some() {
            return;
        }
        let listener = async {
            let mut listener = PgListener::connect_with(&self.pool).await?;
            listener.listen("outbox").await?;
            Ok::<_, sqlx::Error>(listener)
        };
        // Without one the relay still looks by itself.
        self.listener = listener.await.ok();
    }

    async fn heard(&mut self) {
        let heard = async {
            match &mut self.listener {
                Some(listener) => listener.recv().await.is_ok(),
                None => std::future::pending().await,
            }
        };
        if let Ok(false) = tokio::time::timeout(POLL, heard).await {
            self.listener = None;
        }
    }
}
