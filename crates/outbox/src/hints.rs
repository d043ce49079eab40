use std::time::Duration;

use async_nats::jetstream::Context;

use crate::envelope::Envelope;
use crate::event::Event;
use crate::feed::{Feed, FeedError, Place};

/// How long to wait after a failure, or for a stream that is not there.
const PAUSE: Duration = Duration::from_secs(1);

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
    /// The source is not heard. What was read may have become stale, until [`Hint::Live`].
    Cut,
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
            waiting: std::collections::VecDeque::new(),
        }
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
                Ok(_) if !self.live => {
                    self.live = true;
                    return Hint::Live;
                }
                Ok(true) => {}
                Ok(false) => tokio::time::sleep(PAUSE).await,
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

    /// Opens the feed or waits for its next messages; false while there is no stream.
    async fn listen(&mut self) -> Result<bool, FeedError> {
        let Some(feed) = &mut self.feed else {
            self.feed = Feed::open(&self.js, &self.source, self.place).await?;
            // A stream that appears later holds nothing older than this subscription.
            self.place = Some(self.feed.as_ref().map(Feed::place).unwrap_or_default());
            return Ok(self.feed.is_some());
        };
        let batch = feed.read().await?;
        if batch.is_empty() {
            feed.wait().await?;
        }
        self.place = Some(feed.place());
        self.waiting.extend(
            batch
                .into_iter()
                .filter_map(|delivery| match delivery.envelope {
                    Ok(Envelope::Event(event)) => Some(*event),
                    Ok(Envelope::Heartbeat { .. }) => None,
                    Err(illegible) => {
                        tracing::warn!(error = %illegible.cause, source = self.source, "a message that is no hint");
                        None
                    }
                }),
        );
        Ok(true)
    }
}
