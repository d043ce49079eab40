use async_nats::jetstream::Context;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use jiff::Timestamp;

use super::RelayError;
use crate::envelope::Envelope;
use crate::{Position, broker};

/// How many messages that are not a relay's are passed over at the end of a stream.
const STRAYS: usize = 16;

/// The end of the stream, as its relay knows it.
pub(super) struct Tail {
    /// The sequence that the stream has reached, which the next message must name.
    sequence: u64,
    /// The position of its last message.
    pub(super) position: Position,
}

impl Tail {
    /// Reads where the stream ends, and its last message. Nothing where there is none, or none that can be read.
    ///
    /// What no relay has written says nothing about positions, and is passed over.
    pub(super) async fn find(
        js: &Context,
        source: &str,
    ) -> Result<Option<(Self, Envelope)>, RelayError> {
        let stream = open(js, source).await?;
        let state = &stream.cached_info().state;
        let reached = state.last_sequence;
        for sequence in (state.first_sequence.max(1)..=reached).rev().take(STRAYS) {
            let last = match stream.get_raw_message(sequence).await {
                Ok(last) => last,
                Err(error) if matches!(error.kind(), RawMessageErrorKind::NoMessageFound) => {
                    continue;
                }
                Err(error) => return Err(unreachable(error)),
            };
            let read = Envelope::read(source, &last.subject, &last.headers, &last.payload);
            if let Ok(last) = read {
                let tail = Self {
                    sequence: reached,
                    position: last.position(),
                };
                return Ok(Some((tail, last)));
            }
        }
        Ok(None)
    }

    /// Begins the stream. What is there is thrown away and another made in its place, which readers recognize by the
    /// time of its creation: they may have come further than what is left, and must not go on from their place.
    ///
    /// The first message is a heartbeat before all positions. It expects to be the first of its subject, since the
    /// server takes an expected sequence of 0 for none at all. And it vouches for no time: what the outbox holds by
    /// now has not been published.
    pub(super) async fn begin(js: &Context, source: &str, epoch: i64) -> Result<Self, RelayError> {
        if open(js, source).await?.cached_info().state.last_sequence > 0 {
            js.delete_stream(source).await.map_err(unreachable)?;
            open(js, source).await?;
        }
        let position = Position::new(epoch, 0);
        let first = Envelope::Heartbeat {
            source: source.to_owned(),
            position,
            time: Timestamp::UNIX_EPOCH,
        };
        let message = message(&first).expected_last_subject_sequence(0);
        let ack = js
            .send_publish(first.subject(), message)
            .await
            .map_err(refused)?
            .await
            .map_err(refused)?;
        Ok(Self {
            sequence: ack.sequence,
            position,
        })
    }

    /// Appends `envelopes` to the stream, all or the first of them.
    ///
    /// They are sent without waiting for each answer: once one is refused, its successors expect a
    /// sequence that the stream has not reached, and are refused as well.
    pub(super) async fn publish(
        &mut self,
        js: &Context,
        envelopes: Vec<Envelope>,
    ) -> Result<(), RelayError> {
        let mut answers = Vec::with_capacity(envelopes.len());
        for (expected, envelope) in (self.sequence..).zip(envelopes) {
            let message = message(&envelope).expected_last_sequence(expected);
            let answer = js
                .send_publish(envelope.subject(), message)
                .await
                .map_err(refused)?;
            answers.push((answer, envelope.position()));
        }
        for (answer, position) in answers {
            self.sequence = answer.await.map_err(refused)?.sequence;
            self.position = position;
        }
        Ok(())
    }
}

async fn open(js: &Context, source: &str) -> Result<Stream, RelayError> {
    let stream = js.get_or_create_stream(broker::config(source)).await;
    stream.map_err(unreachable)
}

fn message(envelope: &Envelope) -> PublishMessage {
    PublishMessage::build()
        .headers(envelope.headers())
        .payload(envelope.payload().into())
}

fn refused(error: PublishError) -> RelayError {
    match error.kind() {
        PublishErrorKind::WrongLastSequence => RelayError::Refused,
        _ => RelayError::Stream(error.into()),
    }
}

fn unreachable(error: impl Into<async_nats::Error>) -> RelayError {
    RelayError::Stream(error.into())
}
