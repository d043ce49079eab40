//! Word from the services' streams, for all followers of this replica.

use std::{collections::BTreeSet, sync::Arc};

use chassis::entropy::Entropy;
use outbox::{Event, Hint, Hints, Position};
use tokio::sync::{broadcast, mpsc, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    follower::{Follower, Push},
    seats::Seats,
};
use crate::{app::Sessions, domain::Session, upstream::Upstreams};

/// News that a follower may be behind before it reads everything again.
const BACKLOG: usize = 1024;

/// Pushes that may wait for a slow browser. It is not asked for more until it has taken these.
const PUSHES: usize = 64;

/// What followers hear.
#[derive(Clone, Debug)]
pub enum News {
    /// Something has changed.
    Event(Arc<Event>),
    /// A source has said something that was not heard.
    Missed {
        /// Which.
        source: &'static str,
        /// Up to where.
        position: Position,
    },
    /// A source is heard again; what it said meanwhile is not.
    Live,
    /// A source is cut off.
    Cut,
}

/// Where followers hear what happens.
#[derive(Clone, Debug)]
pub struct Hub {
    news: broadcast::Sender<News>,
    deaf: watch::Sender<BTreeSet<&'static str>>,
    tasks: TaskTracker,
    shutdown: CancellationToken,
    entropy: Entropy,
    seats: Seats,
}

impl Hub {
    /// A hub that hears nothing yet of these sources.
    #[must_use]
    pub fn new(
        sources: &[&'static str],
        tasks: TaskTracker,
        shutdown: CancellationToken,
        entropy: Entropy,
    ) -> Self {
        let deaf = watch::Sender::new(sources.iter().copied().collect());
        Self {
            news: broadcast::Sender::new(BACKLOG),
            deaf,
            tasks,
            shutdown,
            entropy,
            seats: Seats::default(),
        }
    }

    /// Passes on what one source says, until told to stop.
    pub async fn listen(&self, source: &'static str, mut hints: Hints, stop: CancellationToken) {
        loop {
            let hint = tokio::select! {
                () = stop.cancelled() => return,
                hint = hints.next() => hint,
            };
            let news = match hint {
                Hint::Event(event) => News::Event(event.into()),
                Hint::Missed(position) => News::Missed { source, position },
                Hint::Live => {
                    self.deaf.send_modify(|deaf| {
                        deaf.remove(source);
                    });
                    News::Live
                }
                Hint::Cut => {
                    self.deaf.send_modify(|deaf| {
                        deaf.insert(source);
                    });
                    News::Cut
                }
            };
            // Nobody following is no error.
            let _ = self.news.send(news);
        }
    }

    /// Follows what a session's person sees, until the session, its token, the browser or we end.
    /// `None` when the session has too many followers already.
    pub async fn follow(
        &self,
        session: Session,
        sessions: Sessions,
        upstreams: Arc<Upstreams>,
    ) -> Option<mpsc::Receiver<Push>> {
        let seat = self.seats.take(session.id)?;
        let (pushes, receiver) = mpsc::channel(PUSHES);
        let mut follower =
            Follower::new(self, session, sessions, upstreams, pushes, (self.entropy)());
        follower.prepare().await;
        let shutdown = self.shutdown.clone();
        self.tasks.spawn(async move {
            metrics::gauge!("bff_followers").increment(1);
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = follower.run() => {}
            }
            metrics::gauge!("bff_followers").decrement(1);
            drop(seat);
        });
        Some(receiver)
    }

    /// What is heard from here on.
    pub(super) fn subscribe(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    /// Which sources are not heard.
    pub(super) fn deaf(&self) -> watch::Receiver<BTreeSet<&'static str>> {
        self.deaf.subscribe()
    }
}
