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
        let epoch = tail.position.epoch.max(head.epoch) + 1;
        say_again(ledger, source, epoch, "the database was restored").await?;
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
        say_again(ledger, source, head.epoch, "the stream has lost messages").await?;
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
    epoch: i64,
    why: &'static str,
) -> Result<(), Broken> {
    tracing::warn!(source, epoch, why, "everything is published again");
    metrics::counter!("outbox_republished_total", "why" => why).increment(1);
    ledger.republish(epoch).await
}
