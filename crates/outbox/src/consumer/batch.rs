//! A batch of messages, applied in one transaction.

use std::collections::BTreeMap;

use anyhow::Error;
use jiff::Timestamp;
use sqlx::postgres::PgDatabaseError;
use sqlx::{Acquire as _, Postgres, Transaction};
use tracing::Instrument as _;

use super::parking::{self, Parked};
use super::row::{self, Row};
use super::{Consumer, ConsumerError, Handler};
use crate::Position;
use crate::cursor::{Cursor, Mark};
use crate::envelope::Envelope;
use crate::event::Event;
use crate::feed::{Delivery, Place};

/// What was received for one generation.
pub(super) struct Batch {
    pub(super) generation: i64,
    pub(super) messages: Vec<Delivery>,
    /// The place behind which they lie.
    pub(super) behind: Place,
    /// The stream's last message, at the earliest after these had been received; or the last of these, where these were all,
    /// and [nothing is missing](Self::continues), so that it does not matter.
    pub(super) head: u64,
}

impl Batch {
    /// Whether these messages go on where `cursor` stands, and nothing is missing between them.
    pub(super) fn continues(&self, cursor: &Cursor) -> bool {
        let marks: Option<Vec<_>> = self.messages.iter().map(Delivery::mark).collect();
        marks.is_some_and(|marks| cursor.is_continued_by(&marks))
    }

    /// The sequence of the last message.
    pub(super) fn last(&self) -> u64 {
        let last = self.messages.last();
        last.map_or(self.behind.sequence, |last| last.sequence)
    }
}

/// What became of the last message of each subject: applied, or parked.
type Outcomes = BTreeMap<String, Option<Parked>>;

/// What became of a batch.
struct Outcome {
    /// How far it brings the generation.
    cursor: Cursor,
    /// The higher epoch that ends the generation, if one of the messages begins one.
    next_epoch: Option<i64>,
    /// What became of the messages.
    outcomes: Outcomes,
}

impl<H: Handler> Consumer<H> {
    /// One transaction: what the messages of `batch` say, and how far that has come. Says how far that is, and how many
    /// messages are parked; nothing, where the generations are others now.
    pub(super) async fn apply(&self, batch: Batch) -> Result<Option<(Cursor, i64)>, ConsumerError> {
        let mut tx = database::begin(self.inbox.pool()).await?;
        let rows = row::lock(&mut tx, &self.source).await?;
        let Some(row) = rows.iter().find(|row| row.generation == batch.generation) else {
            return Ok(None); // another has taken its place meanwhile
        };
        let created = batch.behind.created;
        let Outcome {
            cursor,
            next_epoch,
            outcomes,
        } = self.apply_messages(&mut tx, row, batch).await?;
        let parked = row::store(&mut tx, row.generation, &cursor, created).await?;
        let parked = self
            .settle(&mut tx, row.generation, parked, outcomes)
            .await?;
        let turned = if let Some(epoch) = next_epoch {
            let behind = Place {
                created,
                sequence: cursor.sequence,
            };
            self.fill(&mut tx, &rows, epoch, behind).await?;
            true
        } else if !row.serving && cursor.awaited.is_none() {
            self.swap(&mut tx, &rows, row.generation, cursor.watermark)
                .await?
        } else {
            false
        };
        database::commit(tx).await?;
        Ok((!turned).then_some((cursor, parked)))
    }

    /// Does what the messages say, for the generation of `row`.
    async fn apply_messages(
        &self,
        tx: &mut Transaction<'_, Postgres>,
        row: &Row,
        batch: Batch,
    ) -> Result<Outcome, ConsumerError> {
        let same_stream = row.place.created == batch.behind.created;
        let followed = if same_stream { row.place.sequence } else { 0 };
        if followed < batch.behind.sequence {
            return Err(ConsumerError::SetBack);
        }
        let mut cursor = row.cursor.clone();
        if !row.serving && cursor.applied.position == 0 {
            // It begins with a gap: all that there was.
            cursor.await_head(cursor.awaited.unwrap_or(batch.head));
        }
        if !same_stream && cursor.awaited.is_some() {
            cursor.await_head(batch.head); // sequences are another stream's now
        }
        let received = (self.clock)();
        let mut outcomes = Outcomes::new();
        let mut next_epoch = None;
        for message in batch.messages {
            if same_stream && message.sequence <= cursor.sequence {
                continue; // another replica of this service was faster
            }
            let epoch = message.position().map(|position| position.epoch);
            if cursor.applied.epoch == 0 {
                // The first message of all tells which epoch this is.
                cursor = Cursor {
                    awaited: cursor.awaited,
                    ..Cursor::start(epoch.unwrap_or_default(), cursor.sequence)
                };
            }
            if epoch > Some(cursor.applied.epoch) {
                next_epoch = epoch;
                break;
            }
            if epoch.is_some_and(|epoch| epoch < cursor.applied.epoch) {
                cursor.pass(message.sequence); // what is left of an epoch that has ended
                continue;
            }
            message.advance(&mut cursor, batch.head, received);
            let subject = message.subject.clone();
            let parked = self.take(tx, row.generation, message).await?;
            outcomes.insert(subject, parked);
        }
        Ok(Outcome {
            cursor,
            next_epoch,
            outcomes,
        })
    }

    /// Does what a message says, or says why it must be parked.
    async fn take(
        &self,
        tx: &mut Transaction<'_, Postgres>,
        generation: i64,
        message: Delivery,
    ) -> Result<Option<Parked>, ConsumerError> {
        match message.envelope {
            Ok(Envelope::Heartbeat { .. }) => Ok(None),
            Ok(Envelope::Event(mut event)) => {
                event.generation = generation;
                let refused = self.handle(tx, &event).await?;
                Ok(refused.map(|cause| Parked::refused(&event, &cause)))
            }
            Err(illegible) => Ok(Some(Parked::illegible(*illegible))),
        }
    }

    /// Gives `event` to the handler. What the handler did before it failed is undone, and nothing else.
    async fn handle(
        &self,
        tx: &mut Transaction<'_, Postgres>,
        event: &Event,
    ) -> Result<Option<Error>, ConsumerError> {
        let span = tracing::info_span!(
            "event",
            source = event.source,
            r#type = event.event_type,
            id = %event.id,
            position = %event.position
        );
        event.trace.continue_in(&span);
        let mut savepoint = tx.begin().await?;
        let applied = self.handler.apply(&mut savepoint, event);
        match applied.instrument(span).await {
            Ok(()) => {
                savepoint.commit().await?;
                Ok(None)
            }
            Err(cause) if passes(&cause) => Err(ConsumerError::Handler {
                position: event.position,
                cause,
            }),
            Err(cause) => {
                savepoint.rollback().await?;
                Ok(Some(cause))
            }
        }
    }

    /// Notes what was parked, and what a later message has repaired, in a generation in which so many messages were
    /// parked. Says how many are now.
    async fn settle(
        &self,
        tx: &mut Transaction<'_, Postgres>,
        generation: i64,
        parked: i64,
        outcomes: Outcomes,
    ) -> Result<i64, ConsumerError> {
        if parked == 0 && outcomes.values().all(Option::is_none) {
            return Ok(0);
        }
        let mut applied = Vec::new();
        for (subject, parked) in outcomes {
            match parked {
                None => applied.push(subject),
                Some(parked) => {
                    let stored = parked.store(tx, &self.source, generation, &subject);
                    stored.await?;
                }
            }
        }
        parking::repaired(tx, generation, &applied).await?;
        Ok(parking::count(tx, generation).await?)
    }

    /// Begins a generation that is filled with `epoch`, while the one that is read stays as it is.
    async fn fill(
        &self,
        tx: &mut Transaction<'_, Postgres>,
        rows: &[Row],
        epoch: i64,
        behind: Place,
    ) -> Result<(), ConsumerError> {
        for other in rows.iter().filter(|row| !row.serving) {
            if other.cursor.applied.epoch >= epoch {
                return Ok(());
            }
            row::end(tx, &self.source, other.generation).await?;
        }
        tracing::info!(source = self.source, epoch, "the source has begun an epoch");
        Ok(row::insert(tx, &self.source, epoch, behind).await?)
    }

    /// Reads `generation` from now on, unless it is behind what is read. What was read is over then, and its rows are
    /// [discarded](Self::discard) later. Says whether it does.
    async fn swap(
        &self,
        tx: &mut Transaction<'_, Postgres>,
        rows: &[Row],
        generation: i64,
        watermark: Position,
    ) -> Result<bool, ConsumerError> {
        let old = rows.iter().find(|row| row.serving);
        if let Some(old) = old {
            if watermark < old.cursor.watermark {
                return Ok(false);
            }
            row::end(tx, &self.source, old.generation).await?;
        }
        tracing::info!(source = self.source, generation, %watermark, "the replica was filled anew");
        metrics::counter!("inbox_swaps_total", "source" => self.source.clone()).increment(1);
        row::serve(tx, generation).await?;
        Ok(true)
    }
}

impl Delivery {
    fn position(&self) -> Option<Position> {
        match &self.envelope {
            Ok(envelope) => Some(envelope.position()),
            Err(illegible) => illegible.position,
        }
    }

    /// What the arithmetic of watermarks needs to know of it; nothing, where the message does not tell its position.
    fn mark(&self) -> Option<Mark> {
        let position = self.position()?;
        let (time, complete_at) = match &self.envelope {
            Ok(envelope) => (Some(envelope.time()), envelope.complete_at()),
            Err(illegible) => (illegible.time, illegible.complete_at),
        };
        Some(Mark {
            sequence: self.sequence,
            position,
            time,
            is_event: !self.subject.ends_with(".heartbeat"),
            complete_at,
        })
    }

    /// Moves `cursor` on to this message.
    fn advance(&self, cursor: &mut Cursor, head: u64, received: Timestamp) {
        match self.mark() {
            Some(mark) => {
                // A publisher whose clock is ahead would otherwise be taken to have said all up to a moment that is yet to
                // come, and its silence noticed so much later.
                let time = mark.time.map(|time| time.min(received));
                cursor.advance(Mark { time, ..mark }, head);
            }
            None => cursor.pass(self.sequence),
        }
    }
}

/// Whether the handler has met an outage of the database, which passes, and not something about the
/// event, which does not.
fn passes(cause: &Error) -> bool {
    cause.chain().any(|error| {
        error.downcast_ref().is_some_and(database::is_outage)
            || error
                .downcast_ref::<PgDatabaseError>()
                .is_some_and(|refused| database::passes(refused.code()))
    })
}
