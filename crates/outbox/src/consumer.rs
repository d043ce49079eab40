mod batch;
mod parking;
mod row;

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use async_nats::jetstream::Context;
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use self::batch::Batch;
use self::row::Row;
use crate::event::Event;
use crate::feed::{Feed, FeedError};
use crate::status;
use crate::{Inbox, Position, Progress};

/// How long a consumer waits after a failure, or for a stream that is not there.
const PAUSE: Duration = Duration::from_secs(1);

/// What a service does with the events of another.
pub trait Handler: Send + Sync {
    /// Stores what `event` says, on `connection` and nowhere else: the transaction that is open on it
    /// also moves the watermark.
    ///
    /// An event can come again, and an older one after a newer. So store the state only where
    /// `(epoch, version)` is higher than what is stored, and keep a tombstone's version too:
    ///
    /// ```sql
    /// insert into employment (generation, id, epoch, version, state) values ($1, $2, $3, $4, $5)
    /// on conflict (generation, id) do update
    /// set epoch = excluded.epoch, version = excluded.version, state = excluded.state
    /// where (employment.epoch, employment.version) < (excluded.epoch, excluded.version)
    /// ```
    ///
    /// Every row carries [the event's generation](Event::generation), because a replica is filled anew
    /// beside the one that is read.
    ///
    /// Events that this service has no use for are to be passed over with `Ok`. An event for which this fails is
    /// parked, as a message is that cannot be read: the others go on, and its aggregate is not known here any
    /// more (`outbox.is_known`).
    fn apply(
        &self,
        connection: &mut PgConnection,
        event: &Event,
    ) -> impl Future<Output = anyhow::Result<()>> + Send;

    /// Deletes all rows of `generation`, on `connection`: another has taken its place. No two
    /// sources have a generation of the same number.
    fn discard(
        &self,
        connection: &mut PgConnection,
        generation: i64,
    ) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// Applies the events of one source to this service's database, in order.
///
/// Every replica of a service may run one; they meet at the row lock of the inbox, and what one has
/// applied the others pass over.
///
/// Most of the time there is one generation of what it keeps. A second is filled beside it, from the
/// start of the stream, when an operator asks for it, and from the start of an epoch when the
/// source begins one. As soon as it is complete it is read in place of the first.
pub struct Consumer<H> {
    inbox: Inbox,
    js: Context,
    source: String,
    handler: H,
    /// Where it reads for each generation that it follows.
    feeds: BTreeMap<i64, Feed>,
}

/// Why a consumer could not go on. Nothing of the batch is applied then; the next step tries again.
#[derive(Debug, thiserror::Error)]
pub enum ConsumerError {
    /// The stream could not be read.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// The database could not be written.
    #[error("the inbox cannot be written")]
    Inbox(#[from] sqlx::Error),
    /// The handler could not apply an event because of an outage. (An event that it can never apply is parked.)
    #[error("the event at {position} cannot be applied: {cause:#}")]
    Handler {
        /// Its position.
        position: Position,
        /// What the handler said.
        cause: anyhow::Error,
    },
    /// The database knows less than had been applied: it was restored while this consumer ran.
    #[error("the inbox was set back")]
    SetBack,
    /// What another generation has replaced could not be deleted.
    #[error("generation {generation} cannot be discarded: {cause:#}")]
    Discard {
        /// Which one.
        generation: i64,
        /// What the handler said.
        cause: anyhow::Error,
    },
}

impl<H: Handler> Consumer<H> {
    /// A consumer of the stream `source`, which is the publishing service's name.
    pub fn new(inbox: Inbox, js: Context, source: &str, handler: H) -> Self {
        inbox.consumes(source);
        Self {
            inbox,
            js,
            source: source.to_owned(),
            handler,
            feeds: BTreeMap::new(),
        }
    }

    /// Applies what there is, up to a bound. Idle at the end of the stream, and while there is none.
    ///
    /// # Errors
    ///
    /// When database or broker cannot be reached.
    pub async fn step(&mut self) -> Result<Progress, ConsumerError> {
        let result = self.try_step().await;
        if result.is_err() {
            // Where to go on is known to the database.
            self.feeds.clear();
        }
        result
    }

    async fn try_step(&mut self) -> Result<Progress, ConsumerError> {
        let mut connection = self.inbox.pool().acquire().await?;
        let mut rows = row::lock(&mut connection, &self.source).await?;
        drop(connection);
        let newest = rows.iter().map(|row| row.cursor.applied.epoch).max();
        // An epoch that has ended says nothing more. What it said stays, until the next one is complete.
        rows.retain(|row| !row.serving || Some(row.cursor.applied.epoch) == newest);
        self.feeds
            .retain(|generation, _| rows.iter().any(|row| row.generation == *generation));
        let mut count = 0;
        for row in rows {
            count += self.follow(&row).await?;
        }
        if count == 0 {
            return Ok(Progress::Idle);
        }
        self.inbox.moved();
        Ok(Progress::Worked(count))
    }

    /// Applies what there is for one generation.
    async fn follow(&mut self, row: &Row) -> Result<usize, ConsumerError> {
        let generation = row.generation;
        if !self.feeds.contains_key(&generation) {
            let opened = Feed::open(&self.js, &self.source, Some(row.place)).await?;
            self.feeds.extend(opened.map(|feed| (generation, feed)));
        }
        let Some(feed) = self.feeds.get_mut(&generation) else {
            return Ok(0);
        };
        let behind = feed.place();
        let messages = feed.read().await?;
        // Seen after the batch was received: whatever superseded what is missing from it lies
        // no further than this.
        let head = feed.head().await?;
        let count = messages.len();
        if count > 0 {
            let left = head.saturating_sub(feed.place().sequence);
            let batch = Batch {
                generation,
                messages,
                behind,
                head,
            };
            self.apply(batch).await?;
            metrics::counter!("inbox_applied_total", "source" => self.source.clone())
                .increment(count as u64);
            if row.serving {
                status::measure(self.inbox.pool(), &self.source, left).await?;
            }
        }
        Ok(count)
    }

    /// Applies events until `shutdown`, as they come.
    pub async fn run(mut self, shutdown: CancellationToken) {
        let work = async {
            loop {
                if let Err(error) = self.turn().await {
                    let error = format!("{:#}", anyhow::Error::new(error));
                    tracing::warn!(error, source = self.source, "the consumer starts again");
                    metrics::counter!("inbox_failures_total", "source" => self.source.clone())
                        .increment(1);
                    self.feeds.clear();
                    tokio::time::sleep(PAUSE).await;
                }
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = work => {}
        }
    }

    /// A step, and a wait when there was nothing to do.
    async fn turn(&mut self) -> Result<(), ConsumerError> {
        if self.try_step().await?.worked() {
            return Ok(());
        }
        match self.feeds.values_mut().next_back() {
            Some(feed) => feed.wait().await?,
            None => tokio::time::sleep(PAUSE).await,
        }
        Ok(())
    }
}
