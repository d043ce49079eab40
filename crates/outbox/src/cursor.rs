//! How far a replica has come: the arithmetic of watermarks, apart from all I/O.

use jiff::Timestamp;

use crate::Position;

/// How far a replica has come in the stream of one source.
///
/// The stream keeps only the last message of each subject, so that positions are missing from it:
/// those that a later one has superseded. Whoever jumps over such a gap does not know what was in
/// it. It may have been the revocation of a role, and the message that superseded it, which holds
/// the revocation too, may still lie ahead. Where, one cannot know, but it was in the stream when the
/// gap was seen. So when a position is missing, the watermark waits until the message has been
/// applied that was the stream's last at that moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Everything up to here is in effect.
    pub(crate) watermark: Position,
    /// The last position applied, ahead of the watermark while a gap waits.
    pub(crate) applied: Position,
    /// The sequence of the last message applied.
    pub(crate) sequence: u64,
    /// The sequence that must have been applied for the watermark to pass the gap.
    pub(crate) awaited: Option<u64>,
    /// The newest moment of which everything is known to be in effect.
    pub(crate) fresh_at: Option<Timestamp>,
}

/// What the arithmetic needs to know of a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub(crate) sequence: u64,
    pub(crate) position: Position,
    pub(crate) time: Timestamp,
    /// An event takes a position of its own; a heartbeat repeats that of the event before it.
    pub(crate) is_event: bool,
}

/// The message is of a higher epoch than the replica.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the source has begun epoch {0}")]
pub struct NewEpoch(i64);

impl Cursor {
    /// Notes that the message `mark` has been applied, when the stream's last message was `head`
    /// at the earliest after `mark` had been received.
    ///
    /// The messages of a stream come in its order, each once.
    pub(crate) fn advance(&mut self, mark: Mark, head: u64) -> Result<(), NewEpoch> {
        if self.applied == Position::default() {
            // The first message of all tells which epoch this is.
            self.applied.epoch = mark.position.epoch;
        }
        if mark.position.epoch > self.applied.epoch {
            return Err(NewEpoch(mark.position.epoch));
        }
        let next = self.applied.position + i64::from(mark.is_event);
        if mark.position.epoch == self.applied.epoch && mark.position.position > next {
            self.awaited = Some(head);
        }
        self.applied = self.applied.max(mark.position);
        self.sequence = mark.sequence;
        if self.awaited.is_none_or(|awaited| mark.sequence >= awaited) {
            self.awaited = None;
            self.watermark = self.applied;
            self.fresh_at = self.fresh_at.max(Some(mark.time));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
