//! What somebody else says, remembered: an issuer's keys, a token, what a provider is.
//!
//! ```text
//!   said, and good                    use it
//!   said, good, and better renewed    ask, and wait a moment for the answer; then use it all the same
//!   not said, or of no use            ask, and wait for the answer
//! ```
//!
//! One question is under way at a time, whatever becomes of the request that began it, and who waits for it shares its
//! outcome. So whoever is silent holds up nobody who can do with what was said before.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use tokio::{sync::Mutex, time::timeout};
use tracing::Instrument as _;

use crate::clock::Clock;

/// How long to wait for an answer that is not needed: a good part of nobody's deadline.
pub const A_MOMENT: Duration = Duration::from_millis(250);

/// The last thing that somebody said.
#[derive(Debug)]
pub struct Remembered<T> {
    /// What it is, for the log.
    what: String,
    clock: Arc<dyn Clock>,
    /// With when it was asked for.
    said: RwLock<Option<(T, Timestamp)>>,
    /// When they were asked last. Held while they are asked.
    asked: Mutex<Timestamp>,
    answers: AtomicU64,
}

impl<T: Clone + Send + Sync + 'static> Remembered<T> {
    /// Nothing yet of this, whose age is told by this clock.
    #[must_use]
    pub fn new(what: impl Into<String>, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            what: what.into(),
            clock,
            said: RwLock::new(None),
            asked: Mutex::new(Timestamp::MIN),
            answers: AtomicU64::new(0),
        })
    }

    /// What was said, unless that is so long ago.
    #[must_use]
    pub fn said(&self, age: SignedDuration) -> Option<T> {
        let said = self.said.read().unwrap_or_else(PoisonError::into_inner);
        let (said, at) = said.as_ref()?;
        (!self.is_older(*at, age)).then(|| said.clone())
    }

    /// Forgets it: it turned out to be of no use.
    pub fn forget(&self) {
        *self.said.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Asks, unless that was done less than `pause` ago or while this waited for its turn. What takes longer than
    /// `patience` is not waited for, and goes on.
    pub async fn ask(
        self: &Arc<Self>,
        pause: SignedDuration,
        patience: Duration,
        question: impl Future<Output = anyhow::Result<T>> + Send + 'static,
    ) {
        let before = self.answers.load(Ordering::Acquire);
        let remembered = Arc::clone(self);
        let asking = async move { remembered.ask_in_turn(pause, before, question).await };
        let _ = timeout(patience, tokio::spawn(asking.in_current_span())).await;
    }

    async fn ask_in_turn(
        &self,
        pause: SignedDuration,
        before: u64,
        question: impl Future<Output = anyhow::Result<T>>,
    ) {
        let mut asked = self.asked.lock().await;
        let waited_for_another = self.answers.load(Ordering::Acquire) != before;
        if waited_for_another || !self.is_older(*asked, pause) {
            return;
        }
        *asked = self.clock.now();
        match question.await {
            Ok(news) => {
                let mut said = self.said.write().unwrap_or_else(PoisonError::into_inner);
                *said = Some((news, *asked));
            }
            Err(error) => tracing::warn!(
                error = format!("{error:#}"),
                what = self.what,
                "asked for in vain"
            ),
        }
        self.answers.fetch_add(1, Ordering::Release);
    }

    /// Also when the clock was set back: then nothing is known about the age.
    fn is_older(&self, instant: Timestamp, age: SignedDuration) -> bool {
        self.clock.now().duration_since(instant).abs() >= age
    }
}
