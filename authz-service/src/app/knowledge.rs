//! What is known, and as of when.
//!
//! Alone, the service knows what its files say. In `RealGuardIO` it knows what the owners of facts have said, as far as
//! it has heard of it: then an answer waits until that is as fresh as it has to be, and there is none when it is too old.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use chassis::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use outbox::ConsistencyToken;
use pdp::{Change, Engine, Refused, View};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::Unanswered;
use crate::domain::Directory;
use crate::store::{News, Parked, Reached, Seen};

/// Policies and facts.
#[derive(Debug)]
pub struct Knowledge {
    engine: Engine,
    live: Option<Live>,
}

/// Facts that are told while the service runs.
#[derive(Debug)]
pub struct Live {
    /// Who tells them.
    sources: Vec<&'static str>,
    /// How old they may be.
    bound: SignedDuration,
    /// How long whoever wants them fresher waits.
    patience: Duration,
    clock: Arc<dyn Clock>,
    moment: RwLock<Moment>,
    moved: watch::Sender<()>,
}

/// What has been told up to now. Written together with the engine's facts, so that a reader sees them as of one moment.
#[derive(Debug, Default)]
pub(super) struct Moment {
    pub(super) directory: Directory,
    pub(super) parked: Vec<Parked>,
    reached: BTreeMap<String, Reached>,
    seen: Seen,
    /// Whether what is kept in the database has been read, after the start.
    filled: bool,
}

/// All that is known at one moment. While it is held, nothing new gets known.
#[derive(Debug)]
pub struct Known<'a> {
    /// Policies and facts.
    pub view: Arc<View>,
    /// How old the facts are at most, where they are told by others.
    pub age: Option<SignedDuration>,
    /// The instant of which it is.
    pub(super) at: Timestamp,
    pub(super) moment: Option<RwLockReadGuard<'a, Moment>>,
}

impl Live {
    /// Facts that these tell.
    #[must_use]
    pub fn new(
        sources: Vec<&'static str>,
        bound: SignedDuration,
        patience: Duration,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            sources,
            bound,
            patience,
            clock,
            moment: RwLock::default(),
            moved: watch::Sender::new(()),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Moment> {
        self.moment.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write<T>(&self, change: impl FnOnce(&mut Moment) -> T) -> T {
        change(&mut self.moment.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until what is known is as fresh as this asks for.
    async fn wait_for(&self, token: &ConsistencyToken) -> Result<(), Unanswered> {
        let until = Instant::now() + self.patience;
        // Listen first, then look: what moves in between has then been heard.
        let mut moved = self.moved.subscribe();
        while let Some(behind) = self.behind(token) {
            if timeout_at(until, moved.changed()).await.is_err() {
                return Err(Unanswered::NotFresh(behind));
            }
        }
        Ok(())
    }

    /// What is not as fresh as this asks for. Others than those who tell facts are not to be waited for.
    fn behind(&self, token: &ConsistencyToken) -> Option<String> {
        let moment = self.read();
        if !moment.filled {
            return Some("what is kept is still being read".to_owned());
        }
        let asked = token
            .iter()
            .filter(|(source, _)| self.sources.contains(source));
        let behind = asked.map(|(source, wanted)| {
            let reached = moment.reached.get(source).map(|reached| reached.position);
            (source, wanted, reached.unwrap_or_default())
        });
        let mut behind = behind.filter(|(_, wanted, reached)| reached < wanted);
        let (source, wanted, reached) = behind.next()?;
        Some(format!(
            "{source} was asked for at {wanted} and has come to {reached}"
        ))
    }

    /// How old what is known is at most: as old as what is known of the source that is the latest.
    fn age(&self, moment: &Moment, now: Timestamp) -> Result<SignedDuration, Unanswered> {
        let mut oldest = SignedDuration::ZERO;
        for source in &self.sources {
            let reached = moment.reached.get(*source);
            let Some(fresh_at) = reached.and_then(|reached| reached.fresh_at) else {
                return Err(Unanswered::Undecided(format!(
                    "of {source} nothing was heard yet"
                )));
            };
            oldest = oldest.max(now.duration_since(fresh_at));
        }
        if oldest > self.bound {
            let bound = self.bound;
            return Err(Unanswered::Undecided(format!(
                "the facts are {oldest:#} old, and {bound:#} is the most"
            )));
        }
        Ok(oldest)
    }
}

impl Knowledge {
    /// With these policies and facts, and with what is told.
    #[must_use]
    pub const fn new(engine: Engine, live: Option<Live>) -> Self {
        Self { engine, live }
    }

    /// What is known, at least as fresh as this asks for.
    ///
    /// # Errors
    ///
    /// When it is not so fresh in time, or too old.
    pub async fn now(&self, freshness: &ConsistencyToken) -> Result<Known<'_>, Unanswered> {
        let Some(live) = &self.live else {
            return Ok(Known {
                view: self.engine.view(),
                age: None,
                at: Timestamp::UNIX_EPOCH,
                moment: None,
            });
        };
        live.wait_for(freshness).await?;
        let now = live.clock.now();
        self.turn(live, now)?;
        let moment = live.read();
        Ok(Known {
            age: Some(live.age(&moment, now)?),
            view: self.engine.view(),
            at: now,
            moment: Some(moment),
        })
    }

    /// Whether anything is known as fresh as this asks for; if not, why.
    ///
    /// # Errors
    ///
    /// When it is not, in time.
    pub async fn reached(&self, token: &ConsistencyToken) -> Result<(), String> {
        let Some(live) = &self.live else {
            return Ok(());
        };
        live.wait_for(token).await.map_err(|why| why.to_string())
    }

    /// Opens and closes the schedules whose time has come.
    fn turn(&self, live: &Live, now: Timestamp) -> Result<(), Refused> {
        if live.read().directory.is_of(now) {
            return Ok(());
        }
        live.write(|moment| {
            let changes = moment.directory.shifts(now);
            if !changes.is_empty() {
                self.engine.write(changes)?;
            }
            Ok(())
        })
    }

    /// What was seen last of what is told.
    #[must_use]
    pub fn seen(&self) -> Seen {
        let live = self.live.as_ref();
        live.map_or_else(Seen::default, |live| live.read().seen.clone())
    }

    /// Takes in what was told.
    ///
    /// # Errors
    ///
    /// When it does not fit the schema. Then all of it is to be told again.
    pub fn hear(&self, news: News) -> Result<(), Refused> {
        let Some(live) = &self.live else {
            return Ok(());
        };
        let now = live.clock.now();
        let heard = live.write(|moment| {
            let changes = moment.take(news, now);
            let written = if changes.is_empty() {
                Ok(0)
            } else {
                self.engine.write(changes)
            };
            if written.is_err() {
                // What the directory says is not what the engine knows: nothing is fresh until both are made anew.
                moment.reached.clear();
                moment.seen = Seen::default();
            }
            written
        });
        live.moved.send_replace(());
        heard.map(|_| ())
    }
}

impl Moment {
    fn take(&mut self, news: News, now: Timestamp) -> Vec<Change> {
        let mut changes = Vec::new();
        if !self.directory.is_of(now) {
            changes.extend(self.directory.shifts(now));
        }
        if news.all {
            let still: BTreeSet<_> = news.kept.iter().map(|(kind, id, _)| (*kind, *id)).collect();
            for (kind, id) in self.directory.known().difference(&still) {
                changes.extend(self.directory.put(*kind, *id, None));
            }
        }
        for (kind, id, state) in news.kept {
            changes.extend(self.directory.put(kind, id, state));
        }
        self.parked = news.parked;
        self.reached = news.reached;
        self.seen = news.seen;
        self.filled = true;
        changes
    }
}

impl Known<'_> {
    /// How old the facts are at most, in milliseconds, where they are told by others.
    #[must_use]
    pub fn age_ms(&self) -> Option<i64> {
        let age = self.age?;
        Some(i64::try_from(age.as_millis()).unwrap_or(i64::MAX))
    }

    /// What the sources of the facts had come to.
    #[must_use]
    pub fn token(&self) -> ConsistencyToken {
        let reached = self.moment.iter().flat_map(|moment| &moment.reached);
        let tokens =
            reached.map(|(source, reached)| ConsistencyToken::of(source, reached.position));
        tokens.fold(ConsistencyToken::new(), |all, one| all.merged(&one))
    }
}
