use std::collections::VecDeque;
use std::time::Duration;

use async_nats::jetstream::Context;
use tokio::time::{Instant, timeout_at};

use crate::Position;
use crate::echo::{Echo, Said};
use crate::envelope::Envelope;
use crate::event::Event;
use crate::feed::FeedError;

/// How long to wait after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// How long a source may say nothing, if nobody says otherwise: several of its heartbeats.
const SILENCE: Duration = Duration::from_secs(5);

/// What is happening at one source, from now on: for whoever wants to look again when something has
/// changed, and keeps nothing.
///
/// No database stands behind it, and no right to read the stream: its echo says of what a message is, and whom it
/// concerns. No [`Event`] has a state here, whether its aggregate has one or is gone. An event carries its
/// [position](Event::position): present that as a [`ConsistencyToken`](crate::ConsistencyToken) when
/// reading what it hints at, or the answer may be older than the hint.
///
/// It survives the loss of the broker. What is said meanwhile it does not hear; the next message tells that something
/// was said, a heartbeat at the latest.
pub struct Hints {
    js: Context,
    source: String,
    echo: Option<Echo>,
    /// Up to where the source was heard.
    at: Option<Position>,
    standing: Standing,
    /// When the source was heard last, once its heart was heard at all.
    heard: Option<Instant>,
    silence: Duration,
    waiting: VecDeque<Hint>,
}

/// What is known of a source.
#[derive(Clone, Copy, PartialEq)]
enum Standing {
    /// Nobody listens.
    Unheard,
    /// It is heard.
    Live,
    /// It has fallen silent.
    Silent,
}

/// What one hears.
#[derive(Clone, Debug, PartialEq)]
pub enum Hint {
    /// Something changed.
    Event(Box<Event>),
    /// Something was said, up to this position, that was not heard. It may concern anybody.
    Missed(Position),
    /// The source is heard from now on. Read after this, not before, and nothing is missed. While it
    /// has no stream there is nothing to hear of it, and it will be heard from its first word.
    Live,
    /// The source is not heard: the broker is out of reach, or the source has been silent for too long, stopped or
    /// cut off itself. What was read may have become stale, until [`Hint::Live`].
    Cut,
}

/// What came of listening for a while.
enum Listened {
    /// It can be heard from now on.
    Open,
    /// It has said this.
    Heard(Said),
    /// Nothing yet.
    Nothing,
    /// Nothing for so long that the source is not there.
    Silence,
}

impl Hints {
    /// The hints of the stream `source`, which is the publishing service's name.
    #[must_use]
    pub fn new(js: Context, source: &str) -> Self {
        Self {
            js,
            source: source.to_owned(),
            echo: None,
            at: None,
            standing: Standing::Unheard,
            heard: None,
            silence: SILENCE,
            waiting: VecDeque::new(),
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
            if let Some(hint) = self.waiting.pop_front() {
                return hint;
            }
            match self.listen().await {
                Ok(Listened::Nothing) => {}
                Ok(Listened::Silence) => {
                    tracing::info!(source = self.source, "a source is silent");
                    self.standing = Standing::Silent;
                    return Hint::Cut;
                }
                Ok(Listened::Open) => {
                    // While the broker was away, nobody was silent.
                    self.heard = self.heard.map(|_| Instant::now());
                    // Who was silent must have said something first.
                    if self.standing == Standing::Unheard {
                        self.standing = Standing::Live;
                        return Hint::Live;
                    }
                }
                Ok(Listened::Heard(said)) => {
                    self.take_in(said);
                    if std::mem::replace(&mut self.standing, Standing::Live) != Standing::Live {
                        return Hint::Live;
                    }
                }
                Err(error) => {
                    let error = format!("{:#}", anyhow::Error::new(error));
                    tracing::info!(error, source = self.source, "hints are cut off");
                    self.echo = None;
                    if self.standing == Standing::Live {
                        self.standing = Standing::Unheard;
                        return Hint::Cut;
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Begins to listen, or waits for what is said next.
    async fn listen(&mut self) -> Result<Listened, FeedError> {
        let Some(echo) = &mut self.echo else {
            self.echo = Some(Echo::open(&self.js, &self.source).await?);
            return Ok(Listened::Open);
        };
        // Who is known to be silent is waited for, however long it takes.
        let heard = self.heard.filter(|_| self.standing == Standing::Live);
        let said = match heard {
            None => echo.next().await?,
            Some(heard) => match timeout_at(heard + self.silence, echo.next()).await {
                Ok(said) => said?,
                Err(_) => return Ok(Listened::Silence),
            },
        };
        Ok(said.map_or(Listened::Nothing, Listened::Heard))
    }

    fn take_in(&mut self, said: Said) {
        let envelope = match said {
            Ok(envelope) => envelope,
            Err(illegible) => {
                tracing::warn!(error = %illegible.cause, source = self.source, "a message that is no hint");
                return;
            }
        };
        let position = envelope.position();
        // An event takes a position of its own; a heartbeat repeats that of the event before it.
        let step = i64::from(matches!(envelope, Envelope::Event(_)));
        let next = |at: Position| Position::new(at.epoch, at.position.saturating_add(step));
        let missed = self.at.is_some_and(|at| position > next(at));
        self.at = self.at.max(Some(position));
        if let Envelope::Heartbeat { .. } = envelope {
            self.heard = Some(Instant::now());
        }
        match envelope {
            _ if missed => self.waiting.push_back(Hint::Missed(position)),
            Envelope::Event(event) => self.waiting.push_back(Hint::Event(event)),
            Envelope::Heartbeat { .. } => {}
        }
    }
}
