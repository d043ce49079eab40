mod row;

use std::future::Future;
use std::time::Duration;

use async_nats::jetstream::Context;
use sqlx::{Acquire as _, PgConnection};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use self::row::Row;
use crate::cursor::{Mark, NewEpoch};
use crate::envelope::{Envelope, Malformed};
use crate::event::Event;
use crate::feed::{Delivery, Feed, FeedError, Place};
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
    /// Events that this service has no use for are to be passed over with `Ok`.
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
pub struct Consumer<H> {
    inbox: Inbox,
    js: Context,
    source: String,
    handler: H,
    feed: Option<Feed>,
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
    /// A message is no message of this source.
    #[error("the message with sequence {sequence} cannot be read")]
    Malformed {
        /// Its sequence in the stream.
        sequence: u64,
        /// What is wrong with it.
        #[source]
        cause: Malformed,
    },
    /// The handler could not apply an event.
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
    /// The source counts anew, which a replica cannot follow yet.
    #[error(transparent)]
    NewEpoch(#[from] NewEpoch),
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
            feed: None,
        }
    }

    /// Applies what there is, up to a bound. Idle at the end of the stream, and while there is none.
    ///
    /// # Errors
    ///
    /// When database or broker cannot be reached, or an event cannot be applied.
    pub async fn step(&mut self) -> Result<Progress, ConsumerError> {
        let result = self.try_step().await;
        self.forget_if_failed(result)
    }

    async fn try_step(&mut self) -> Result<Progress, ConsumerError> {
        let Some(feed) = self.open().await? else {
            return Ok(Progress::Idle);
        };
        let behind = feed.place();
        let batch = feed.read().await?;
        // Seen after the batch was received: whatever superseded what is missing from it lies
        // no further than this.
        let head = feed.head().await?;
        let count = batch.len();
        if count == 0 {
            return Ok(Progress::Idle);
        }
        self.apply(batch, behind, head).await?;
        self.inbox.moved();
        metrics::counter!("inbox_applied_total", "source" => self.source.clone())
            .increment(count as u64);
        Ok(Progress::Worked(count))
    }

    /// Applies events until `shutdown`, as they come.
    pub async fn run(mut self, shutdown: CancellationToken) {
        let work = async {
            loop {
                let result = self.turn().await;
                if let Err(error) = self.forget_if_failed(result) {
                    let error = format!("{:#}", anyhow::Error::new(error));
                    tracing::warn!(error, source = self.source, "the consumer starts again");
                    metrics::counter!("inbox_failures_total", "source" => self.source.clone())
                        .increment(1);
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
        match &mut self.feed {
            Some(feed) => feed.wait().await?,
            None => tokio::time::sleep(PAUSE).await,
        }
        Ok(())
    }

    /// A feed that failed is thrown away: where to go on is known to the database.
    fn forget_if_failed<T>(
        &mut self,
        result: Result<T, ConsumerError>,
    ) -> Result<T, ConsumerError> {
        if result.is_err() {
            self.feed = None;
        }
        result
    }

    async fn open(&mut self) -> Result<Option<&mut Feed>, ConsumerError> {
        if self.feed.is_none() {
            let mut connection = self.inbox.pool().acquire().await?;
            let place = row::load(&mut connection, &self.source).await?.place;
            drop(connection);
            self.feed = Feed::open(&self.js, &self.source, Some(place)).await?;
        }
        Ok(self.feed.as_mut())
    }

    /// One transaction: what the events of `batch` say, which come after `behind`, and how far that
    /// has come.
    async fn apply(
        &self,
        batch: Vec<Delivery>,
        behind: Place,
        head: u64,
    ) -> Result<(), ConsumerError> {
        let mut connection = self.inbox.pool().acquire().await?;
        let mut tx = connection.begin().await?;
        let Row {
            generation,
            mut cursor,
            place,
        } = row::load(&mut tx, &self.source).await?;
        let same_stream = place.created == behind.created;
        let followed = if same_stream { place.sequence } else { 0 };
        if followed < behind.sequence {
            return Err(ConsumerError::SetBack);
        }
        for Delivery { sequence, envelope } in batch {
            if same_stream && sequence <= cursor.sequence {
                continue; // another replica of this service was faster
            }
            let mut envelope =
                envelope.map_err(|cause| ConsumerError::Malformed { sequence, cause })?;
            if let Envelope::Event(event) = &mut envelope {
                event.generation = generation;
                self.handle(&mut tx, event).await?;
            }
            let is_event = matches!(envelope, Envelope::Event(_));
            let mark = Mark {
                sequence,
                position: envelope.position(),
                time: envelope.time(),
                is_event,
            };
            cursor.advance(mark, head)?;
        }
        row::store(&mut tx, generation, &cursor, behind.created).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn handle(
        &self,
        connection: &mut PgConnection,
        event: &Event,
    ) -> Result<(), ConsumerError> {
        let span = tracing::info_span!(
            "event",
            source = event.source,
            r#type = event.event_type,
            id = %event.id,
            position = %event.position
        );
        event.trace.continue_in(&span);
        let applied = self.handler.apply(connection, event).instrument(span).await;
        applied.map_err(|cause| ConsumerError::Handler {
            position: event.position,
            cause,
        })
    }
}
