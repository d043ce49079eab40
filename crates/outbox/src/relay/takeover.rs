//! What a relay does before it publishes: it compares the end of the stream with what the outbox
//! knows of itself. One of them may have lost something, and then everything is published again.

use async_nats::jetstream::Context;

use super::ledger::{Broken, Ledger, Record};
use super::tail::Tail;
use crate::Position;
use crate::envelope::Envelope;

/// The end of the stream, from which the outbox may be published.
pub(super) async fn tail(ledger: &mut Ledger, js: &Context, source: &str) -> Result<Tail, Broken> {
    let Record { head, published } = ledger.record().await?;
    let (mut tail, last) = match Tail::find(js, source).await? {
        Some((tail, last)) => (tail, Some(last)),
        None => (Tail::begin(js, source, head.epoch).await?, None),
    };
    if is_restored(ledger, last.as_ref(), head, published).await? {
        // The stream holds positions that this outbox never gave, or gave to something else.
        let seen = tail.position.epoch;
        let why = "the database was restored";
        let epoch = say_again(ledger, source, why, |present| seen.max(present) + 1).await?;
        tail.position = Position::new(epoch, 0);
        return Ok(tail);
    }
    tail.position = tail.position.max(Position::new(head.epoch, 0));
    if tail.position < published {
        // The stream ends below what it had acknowledged. What is left is thrown away before anything
        // is published again: a reader may have come further than that.
        if last.is_some() {
            tail = Tail::begin(js, source, head.epoch).await?;
        }
        let why = "the stream has lost messages";
        say_again(ledger, source, why, |present| present).await?;
    }
    // The last relay may have been interrupted between publishing and noting.
    ledger.published(tail.position).await?;
    Ok(tail)
}

/// Whether the stream, which ends with `last`, is ahead of the outbox.
///
/// It may well be ahead of what was *noted*: then the last relay was interrupted. But what it had
/// published is still in the outbox; and a heartbeat repeats only what was noted.
async fn is_restored(
    ledger: &mut Ledger,
    last: Option<&Envelope>,
    head: Position,
    published: Position,
) -> Result<bool, Broken> {
    match last {
        None => Ok(false),
        Some(last) if last.position() > head => Ok(true),
        Some(last) if last.position() <= published => Ok(false),
        Some(Envelope::Heartbeat { .. }) => Ok(true),
        Some(Envelope::Event(event)) => Ok(!ledger.knows(event).await?),
    }
}

async fn say_again(
    ledger: &mut Ledger,
    source: &str,
    why: &'static str,
    epoch: impl FnOnce(i64) -> i64,
) -> Result<i64, Broken> {
    tracing::warn!(source, why, "everything is published again");
    metrics::counter!("outbox_republished_total", "why" => why).increment(1);
    ledger.republish(epoch).await
}
