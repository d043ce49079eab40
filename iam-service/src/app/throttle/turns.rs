//! One attempt of a subject is counted at a time, and few wait for their turn.
//!
//! Counting locks the row of its subject. Whoever waited for that in the database would hold one of this service's
//! connections meanwhile, and some hundred guesses at one account all of them. So they wait here, where it costs nothing,
//! and only as many as have their turn in a moment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as Line, OwnedMutexGuard};

use crate::domain::throttle::Subject;

/// So many are in line for one subject, with the one whose turn it is: as many as an office that comes to work.
const IN_LINE: usize = 32;

/// The lines of all subjects that anybody is waiting for.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<Subject, Arc<Line<()>>>>);

/// It is one's turn, until this is dropped.
pub(in crate::app) type Turn = OwnedMutexGuard<()>;

impl Turns {
    /// Waits until it is one's turn. None when too many are waiting already.
    pub(in crate::app) async fn take(&self, subject: &Subject) -> Option<Turn> {
        let line = self.line(subject)?;
        Some(line.lock_owned().await)
    }

    /// The line of this subject, unless it is full. Who stands in one holds it.
    fn line(&self, subject: &Subject) -> Option<Arc<Line<()>>> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.retain(|_, line| Arc::strong_count(line) > 1);
        let line = lines.entry(subject.clone()).or_default();
        (Arc::strong_count(line) <= IN_LINE).then(|| Arc::clone(line))
    }
}
