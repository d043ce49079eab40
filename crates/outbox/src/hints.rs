use std::time::Duration;

use async_nats::jetstream::Context;
use tokio::time::{Instant, timeout_at};

use crate::envelope::Envelope;
use crate::event::Event;
use crate::feed::{Feed, FeedError, Place};

/// How long to wait after a failure, or for a stream that is not there.
const PAUSE: Duration = Duration::from_secs(1);

/// How long a source may say nothing, if nobody says otherwise: several of its heartbeats.
const SILENCE: Duration = Duration::from_secs(5);

/// What is happening at one source, from now on: for whoever wants to look again when something has
/// changed, and keeps nothing.
///
/// No database stands behind it. It survives the loss of the broker and goes on where it was; what
/// was superseded meanwhile it does not see, only what is true now. An event carries its
/// [position](Event::position): present that as a [`ConsistencyToken`](crate::ConsistencyToken) when
/// reading what it hints at, or the answer may be older than the hint.
pub struct Hints {
    js: Context,
    source: String,
    place: Option<Place>,
    feed: Option<Feed>,
    live: bool,
    /// When the source was heard last, once its heart was heard at all.
    heard: Option<Instant>,
    silence: Duration,
    waiting: std::collections::VecDeque<Event>,
}

/// What one hears.
#[derive(Clone, Debug, PartialEq)]
pub enum Hint {
    /// Something changed.
    Event(Box<Event>),
    /// The source is heard from now on. Read after this, not before, and nothing is missed. While it
    /// has no stream there is nothing to hear of it, and it will be heard from its first word.
    Live,
    /// The source is not heard: the broker is out of reach, or the source has been silent for too long, stopped or
    /// cut off itself. What was read may have become stale, until [`Hint::Live`].
    Cut,
}

/// What came of listening for a while.
enum Listened {
    /// There is no stream.
    NoStream,
    /// The source is there.
    Heard,
    /// Nothing yet.
    Nothing,
    /// Nothing for so long that the source is not there.
    Silence,
}

impl Hints {
    /// The hints of the stream `source`, which is the publishing service's name.
    #[must_use]
    pub fn new(js: Context, source: &str) -> Self {
        let source = source.to_owned();
        Self {
            js,
            source,
            place: None,
            feed: None,
            live: false,
            heard: None,
            silence: SILENCE,
            waiting: std::collections::VecDeque::new(),
        }
    }

    /// The same, where a source may be silent for so long before it counts as not heard.
    #[must_use]
    pub const fn silent_after(mut self, silence: Duration) -> Self {
        self.silence = silence;
        self
    }

    /// Waits for the next hint; there is no end to them.
    ///
    /// Nothing is lost when the future is dropped before it is ready.
    pub async fn next(&mut self) -> Hint {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Hint::Event(Box::new(event));
            }
            match self.listen().await {
                Ok(Listened::Nothing) => {}
                Ok(Listened::Silence) => {
                    tracing::info!(source = self.source, "a source is silent");
                    self.live = false;
                    return Hint::Cut;
                }
                Ok(_) if !self.live => {
                    self.live = true;
                    return Hint::Live;
                }
                Ok(Listened::Heard) => {}
                Ok(Listened::NoStream) => tokio::time::sleep(PAUSE).await,
                Err(error) => {
                    let error = format!("{:#}", anyhow::Error::new(error));
                    tracing::info!(error, source = self.source, "hints are cut off");
                    self.feed = None;
                    if std::mem::take(&mut self.live) {
                        return Hint::Cut;
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Opens the feed, reads its next messages, or waits for some.
    async fn listen(&mut self) -> Result<Listened, FeedError> {
        let Some(feed) = &mut self.feed else {
            self.feed = Feed::open(&self.js, &self.source, self.place).await?;
            // A stream that appears later holds nothing older than this subscription.
            self.place = Some(self.feed.as_ref().map(Feed::place).unwrap_or_default());
            return Ok(match self.feed {
                Some(_) => Listened::Heard,
                None => Listened::NoStream,
            });
        };
        let batch = feed.read().await?;
        if batch.is_empty() {
            // Who is known to be silent is waited for, however long it takes.
            let Some(heard) = self.heard.filter(|_| self.live) else {
                feed.wait().await?;
                return Ok(Listened::Nothing);
            };
            return match timeout_at(heard + self.silence, feed.wait()).await {
                Ok(waited) => waited.map(|()| Listened::Nothing),
                Err(_) => Ok(Listened::Silence),
            };
        }
        self.place = Some(feed.place());
        for delivery in batch {
            match delivery.envelope {
                Ok(Envelope::Event(event)) => self.waiting.push_back(*event),
                Ok(Envelope::Heartbeat { .. }) => self.heard = Some(Instant::now()),
                Err(illegible) => {
                    tracing::warn!(error = %illegible.cause, source = self.source, "a message that is no hint");
                }
            }
        }
        Ok(Listened::Heard)
    }
}
