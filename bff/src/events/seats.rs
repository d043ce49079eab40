//! How many streams one session may hold: tabs are few, and each stream is a reader.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::domain::SessionId;

/// Streams of one session at this replica.
const MOST: usize = 16;

/// Who sits where.
#[derive(Clone, Debug, Default)]
pub(super) struct Seats(Arc<Mutex<HashMap<SessionId, usize>>>);

/// A seat, given back when dropped.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Seats,
    session: SessionId,
}

impl Seats {
    /// A seat for a session, while it has not too many.
    pub(super) fn take(&self, session: SessionId) -> Option<Seat> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(session).or_default();
        if *count == MOST {
            return None;
        }
        *count += 1;
        Some(Seat {
            seats: self.clone(),
            session,
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.session) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.session);
            }
        }
    }
}
