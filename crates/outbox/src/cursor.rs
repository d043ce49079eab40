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
///
/// Unless the stream had been lost, and is being published again: then what superseded the missing
/// message may come yet. But every message that is published again names the position of the last of
/// them, and the watermark waits for that one too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Everything up to here is in effect.
    pub(crate) watermark: Position,
    /// The last position applied, ahead of the watermark while a gap waits.
    pub(crate) applied: Position,
    /// The sequence of the last message applied.
    pub(crate) sequence: u64,
    /// The sequence that must have been applied for the watermark to pass the gap …
    pub(crate) awaited: Option<u64>,
    /// … and the position.
    pub(crate) complete_at: Option<i64>,
    /// The newest moment of which everything is known to be in effect.
    pub(crate) fresh_at: Option<Timestamp>,
}

/// What the arithmetic needs to know of a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub(crate) sequence: u64,
    pub(crate) position: Position,
    /// Nothing where the message does not say.
    pub(crate) time: Option<Timestamp>,
    /// An event takes a position of its own; a heartbeat repeats that of the event before it.
    pub(crate) is_event: bool,
    /// The last position of those that are published again with this one.
    pub(crate) complete_at: Option<i64>,
}

impl Mark {
    /// Whether it is the heartbeat before all events.
    fn begins_a_stream(&self) -> bool {
        !self.is_event && self.position.position == 0
    }
}

impl Cursor {
    /// The start of a replica that is filled with `epoch` from behind `sequence`.
    pub(crate) fn start(epoch: i64, sequence: u64) -> Self {
        let start = Position::new(epoch, 0);
        Self {
            watermark: start,
            applied: start,
            sequence,
            ..Self::default()
        }
    }

    /// Lets the watermark wait until the stream's present last message, `head`, has been applied.
    pub(crate) fn await_head(&mut self, head: u64) {
        self.awaited = Some(head);
    }

    /// Whether these messages, of its epoch, go on where it stands, so that nothing is missing between them.
    pub(crate) fn is_continued_by(&self, marks: &[Mark]) -> bool {
        let mut applied = self.applied;
        marks.iter().all(|mark| {
            let continues = mark.position.epoch == applied.epoch
                && mark.position.position <= applied.position + i64::from(mark.is_event);
            applied = applied.max(mark.position);
            continues
        })
    }

    /// Notes that the message `mark` has been applied, when the stream's last message was `head`
    /// at the earliest after `mark` had been received.
    ///
    /// The messages of a stream come in its order, each once, and only those of the cursor's epoch.
    pub(crate) fn advance(&mut self, mark: Mark, head: u64) {
        let next = self.applied.position + i64::from(mark.is_event);
        if mark.position.position > next {
            self.await_head(head);
        }
        if self.awaited.is_some() {
            self.complete_at = self.complete_at.max(mark.complete_at);
            if mark.begins_a_stream() && self.applied.position > 0 {
                // What is missing here will be published again in it, at higher positions than all so far.
                self.complete_at = self.complete_at.max(Some(self.applied.position + 1));
            }
        }
        self.applied = self.applied.max(mark.position);
        self.sequence = mark.sequence;
        if self.settle() {
            // A heartbeat's is the publisher's present time, also when its clock was set back: what was said by a clock
            // that was ahead must not count until then.
            self.fresh_at = if mark.is_event {
                self.fresh_at.max(mark.time)
            } else {
                mark.time.or(self.fresh_at)
            };
        }
    }

    /// Notes that the message with `sequence` has been passed over.
    pub(crate) fn pass(&mut self, sequence: u64) {
        self.sequence = sequence;
        self.settle();
    }

    /// Whether nothing is waited for.
    pub(crate) fn is_settled(&self) -> bool {
        self.awaited.is_none_or(|awaited| self.sequence >= awaited)
            && self
                .complete_at
                .is_none_or(|position| self.applied.position >= position)
    }

    fn settle(&mut self) -> bool {
        let settled = self.is_settled();
        if settled {
            (self.awaited, self.complete_at) = (None, None);
            self.watermark = self.applied;
        }
        settled
    }
}

#[cfg(test)]
mod tests;
