mod batch;
mod discard;
mod parking;
mod row;

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use async_nats::jetstream::Context;
use jiff::Timestamp;
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use self::batch::Batch;
use crate::cursor::Cursor;
use crate::event::Event;
use crate::feed::{self, Feed, FeedError};
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

    /// Deletes rows of `generation`, on `connection`, at most so many of each table, and says how many these were. Another has
    /// taken its place, and nobody reads it. It is called until nothing was left. No two sources have a generation of the
    /// same number.
    fn discard(
        &self,
        connection: &mut PgConnection,
        generation: i64,
        most: i64,
    ) -> impl Future<Output = anyhow::Result<u64>> + Send;
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
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    /// The generations that it follows.
    followed: BTreeMap<i64, Followed>,
    /// Whether there may be generations that are over, and not deleted yet.
    leftovers: bool,
}

/// Where a generation is read.
struct Followed {
    feed: Feed,
    /// Whether it is the one that is read from.
    serving: bool,
    /// How far it has come, once something was applied.
    cursor: Option<Cursor>,
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
    /// A consumer of the stream `source`, which is the publishing service's name. `clock` is the one by which readers say how
    /// old what is kept is: nothing is taken for newer than when it was received, whatever the publisher's clock said.
    pub fn new(
        inbox: Inbox,
        js: Context,
        source: &str,
        handler: H,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        inbox.consumes(source);
        Self {
            inbox,
            js,
            source: source.to_owned(),
            handler,
            clock: Box::new(clock),
            followed: BTreeMap::new(),
            leftovers: true,
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
            self.followed.clear();
        }
        result
    }

    /// Nearly always what changes is what there is to read. So that is looked for first, and only where there is nothing,
    /// whether there are other generations by now.
    async fn try_step(&mut self) -> Result<Progress, ConsumerError> {
        let mut count = self.follow().await?;
        if count == 0 && self.look().await? {
            count = self.follow().await?;
        }
        if count == 0 {
            count = self.discard().await?;
        }
        Ok(match count {
            0 => Progress::Idle,
            _ => Progress::Worked(count),
        })
    }

    /// Looks which generations there are, and says whether there is one that it has not followed so far.
    async fn look(&mut self) -> Result<bool, ConsumerError> {
        let mut connection = self.inbox.pool().acquire().await?;
        let mut rows = row::lock(&mut connection, &self.source).await?;
        drop(connection);
        let newest = rows.iter().map(|row| row.cursor.applied.epoch).max();
        // An epoch that has ended says nothing more. What it said stays, until the next one is complete.
        rows.retain(|row| !row.serving || Some(row.cursor.applied.epoch) == newest);
        self.followed
            .retain(|generation, _| rows.iter().any(|row| row.generation == *generation));
        let before = self.followed.len();
        for row in rows {
            if let Some(followed) = self.followed.get_mut(&row.generation) {
                followed.serving = row.serving;
            } else if let Some(feed) = Feed::open(&self.js, &self.source, row.place).await? {
                let followed = Followed {
                    feed,
                    serving: row.serving,
                    cursor: None,
                };
                self.followed.insert(row.generation, followed);
            }
        }
        Ok(self.followed.len() > before)
    }

    /// Applies what there is for each generation that it follows.
    async fn follow(&mut self) -> Result<usize, ConsumerError> {
        let mut count = 0;
        let generations: Vec<i64> = self.followed.keys().copied().collect();
        for generation in generations {
            let Some(batch) = self.read(generation).await? else {
                continue;
            };
            let (read, last) = (batch.messages.len(), batch.last());
            let head = batch.head;
            let applied = self.apply(batch).await?;
            self.inbox.moved();
            count += read;
            metrics::counter!("inbox_applied_total", "source" => self.source.clone())
                .increment(read as u64);
            let Some((cursor, parked)) = applied else {
                // There are other generations now.
                self.followed.clear();
                self.leftovers = true;
                return Ok(count);
            };
            if let Some(followed) = self.followed.get_mut(&generation) {
                if followed.serving {
                    status::measure(&self.source, head.saturating_sub(last), &cursor, parked);
                }
                followed.cursor = Some(cursor);
            }
        }
        Ok(count)
    }

    /// What there is to apply for one generation.
    async fn read(&mut self, generation: i64) -> Result<Option<Batch>, ConsumerError> {
        let Some(Followed { feed, cursor, .. }) = self.followed.get_mut(&generation) else {
            return Ok(None);
        };
        let behind = feed.place();
        let messages = feed.read().await?;
        if messages.is_empty() {
            // A stream that was made anew has nothing behind a place in the one before it.
            feed.head().await?;
            return Ok(None);
        }
        let mut batch = Batch {
            generation,
            messages,
            behind,
            head: feed.place().sequence,
        };
        let at_the_end = batch.messages.len() < feed::BATCH;
        let continues = |cursor: &Cursor| at_the_end && batch.continues(cursor);
        if !cursor.as_ref().is_some_and(continues) {
            // Seen after the batch was received: whatever superseded what is missing from it lies
            // no further than this.
            batch.head = feed.head().await?;
        }
        Ok(Some(batch))
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
                    self.followed.clear();
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
        match self.followed.values_mut().next_back() {
            Some(followed) => followed.feed.wait().await?,
            None => tokio::time::sleep(PAUSE).await,
        }
        Ok(())
    }
}
