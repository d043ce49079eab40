//! A queue with an end: so many entries, and so many bytes. A part of both is for what matters most, so that nothing else
//! pushes that out.
//!
//! What waits takes room until it is written, also while it is on its way to the database: what is bounded is what the process
//! holds, not how much of it is called a queue.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// How much may wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) entries: usize,
    pub(super) bytes: usize,
}

/// The end of a queue at which entries are noted.
#[derive(Debug, Clone)]
pub(super) struct Queue<T> {
    waiting: mpsc::UnboundedSender<Waiting<T>>,
    room: Room,
    reserved: Room,
}

/// An entry, and the room that it takes.
#[derive(Debug)]
pub(super) struct Waiting<T> {
    pub(super) entry: T,
    pub(super) taken: Taken,
}

/// Room that is taken, until this is dropped.
#[derive(Debug)]
pub(super) struct Taken {
    _entry: OwnedSemaphorePermit,
    _bytes: OwnedSemaphorePermit,
}

#[derive(Debug, Clone)]
struct Room {
    entries: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
}

impl Bounds {
    /// A queue in which so much may wait, and of what matters most so much more.
    pub(super) fn queue<T>(
        self,
        reserved: Self,
    ) -> (Queue<T>, mpsc::UnboundedReceiver<Waiting<T>>) {
        let (waiting, noted) = mpsc::unbounded_channel();
        let queue = Queue {
            waiting,
            room: Room::of(self),
            reserved: Room::of(reserved),
        };
        (queue, noted)
    }

    /// One part of so many.
    pub(super) const fn part(self, of: usize) -> Self {
        Self {
            entries: self.entries / of,
            bytes: self.bytes / of,
        }
    }

    /// What is left of these without those.
    pub(super) const fn without(self, those: Self) -> Self {
        Self {
            entries: self.entries - those.entries,
            bytes: self.bytes - those.bytes,
        }
    }
}

impl Room {
    fn of(Bounds { entries, bytes }: Bounds) -> Self {
        Self {
            entries: Arc::new(Semaphore::new(entries)),
            bytes: Arc::new(Semaphore::new(bytes)),
        }
    }

    fn take(&self, bytes: usize) -> Option<Taken> {
        let bytes = u32::try_from(bytes).ok()?;
        let entry = self.entries.clone().try_acquire_owned().ok()?;
        let bytes = self.bytes.clone().try_acquire_many_owned(bytes).ok()?;
        Some(Taken {
            _entry: entry,
            _bytes: bytes,
        })
    }
}

impl<T> Queue<T> {
    /// Notes an entry of so many bytes, if there is room for it. Says whether there was.
    #[must_use]
    pub(super) fn note(&self, entry: T, bytes: usize, matters_most: bool) -> bool {
        let mut taken = self.room.take(bytes);
        if taken.is_none() && matters_most {
            taken = self.reserved.take(bytes);
        }
        taken.is_some_and(|taken| self.waiting.send(Waiting { entry, taken }).is_ok())
    }
}
