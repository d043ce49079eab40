//! Turns: of those who ask for the same, a few are served at once, some wait, and the rest is sent away.
//!
//! Whoever waits in here holds nothing yet that others need, no connection and no answer of another service. So however
//! much one caller asks for, or is asked about one thing, there is room for all others.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use utoipa::IntoResponses;

/// The lines of all keys that anybody asks for.
#[derive(Debug)]
pub struct Turns<K> {
    at_once: usize,
    in_line: usize,
    lines: Mutex<HashMap<K, Arc<Semaphore>>>,
}

/// It is one's turn, until this is dropped.
#[derive(Debug)]
pub struct Turn {
    _permit: OwnedSemaphorePermit,
}

// The line is full. Handlers whose callers stand in one have this in their documents, in these words.
/// The caller asks for too much at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, IntoResponses)]
#[error("too many ask for the same at once")]
#[response(status = 429)]
pub struct Crowded;

impl<K: Eq + Hash> Turns<K> {
    /// Of one key, so many have their turn at once, and so many are in line, those among them.
    #[must_use]
    pub fn new(at_once: usize, in_line: usize) -> Self {
        Self {
            at_once,
            in_line,
            lines: Mutex::default(),
        }
    }

    /// Waits until it is one's turn.
    ///
    /// # Errors
    ///
    /// When too many are waiting already.
    pub async fn take(&self, key: K) -> Result<Turn, Crowded> {
        let line = self.line(key)?;
        // It is never closed.
        let permit = line.acquire_owned().await.map_err(|_| Crowded)?;
        Ok(Turn { _permit: permit })
    }

    /// The line of this key, unless it is full. Each who stands in one holds it once.
    fn line(&self, key: K) -> Result<Arc<Semaphore>, Crowded> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == lines.capacity() {
            // Before there is room for more, the lines go in which nobody stands; and not again before there are twice as
            // many as are left.
            lines.retain(|_, line| Arc::strong_count(line) > 1);
            let left = lines.len();
            lines.reserve(left);
        }
        let new = || Arc::new(Semaphore::new(self.at_once));
        let line = lines.entry(key).or_insert_with(new);
        if Arc::strong_count(line) > self.in_line {
            return Err(Crowded);
        }
        Ok(Arc::clone(line))
    }
}
