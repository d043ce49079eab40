//! What is known, and as of when.
//!
//! Alone, the service knows what its files say. In `RealGuardIO` it knows what the owners of facts have said, as far as
//! it has heard of it: then an answer waits until that is as fresh as it has to be, and there is none when it is too old.
//!
//! What is known is one value, which is never changed: whoever writes makes the next one and puts it in its place. So what
//! belongs together is never seen apart, a change that fails was none, and whoever reads waits for no writer; but for the first
//! questions of a minute, which wait until schedules have been looked at, once, unless that has been done by what was told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chassis::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use outbox::ConsistencyToken;
use pdp::{Change, Engine, Faults, Policies, Refused, View};
use tokio::sync::{Mutex, MutexGuard, watch};
use tokio::time::{Instant, timeout_at};

use super::Unanswered;
use crate::domain::{Active, Directory, Exemptions};
use crate::store::{News, Reached, Seen};

/// Policies and facts.
#[derive(Debug)]
pub struct Knowledge {
    /// The policies that are asked where no others were promoted.
    shipped: Policies,
    engine: Engine,
    live: Option<Live>,
    moment: ArcSwap<Moment>,
    /// Held while the next moment is made.
    writing: Mutex<()>,
    moved: watch::Sender<()>,
}

/// Why something was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum NotTakenIn {
    /// The policies make no sense.
    #[error(transparent)]
    Faults(#[from] Faults),
    /// They, or what was told, do not fit the rest.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// What changes while the service runs: facts that are told, policies, exceptions.
#[derive(Debug)]
pub struct Live {
    /// Who tells facts, if anybody does.
    pub sources: Vec<&'static str>,
    /// How old they may be.
    pub bound: SignedDuration,
    /// How long whoever wants them fresher waits.
    pub patience: Duration,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// What has been told up to now: in the words of the law, and in those of the policies.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    view: Arc<View>,
    pub(super) directory: Directory,
    exemptions: Exemptions,
    /// The instant after which what is kept was read last.
    read_at: Option<Timestamp>,
    reached: BTreeMap<String, Reached>,
    /// What is kept in the database, as far as it has been read.
    pub(super) seen: Seen,
}

/// All that is known at one moment.
#[derive(Debug)]
pub struct Known {
    /// Policies and facts.
    pub view: Arc<View>,
    /// How old the facts are at most, where they are told by others.
    pub age: Option<SignedDuration>,
    /// The instant of which it is.
    pub(super) at: Timestamp,
    pub(super) moment: Arc<Moment>,
}

impl Live {
    /// How old what is known is at most: as old as what is known of the source that is the latest, or as what was read of all.
    fn age(&self, moment: &Moment, now: Timestamp) -> Result<SignedDuration, Unanswered> {
        // Whoever has not read for long what is kept does not know what was promoted, or taken back, either.
        let read_at = moment.read_at.unwrap_or(now);
        let mut oldest = now.duration_since(read_at).max(SignedDuration::ZERO);
        for source in &self.sources {
            let fresh_at = moment.fresh_at(source).map_err(Unanswered::Undecided)?;
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

    /// Whether something is known of all who tell facts; if not, of whom nothing is.
    fn heard_of_all(&self, moment: &Moment) -> Result<(), String> {
        let mut sources = self.sources.iter();
        sources.try_for_each(|source| moment.fresh_at(source).map(drop))
    }

    /// What is not as fresh as this asks for. Others than those who tell facts are not to be waited for.
    fn behind(&self, moment: &Moment, token: &ConsistencyToken) -> Option<String> {
        if !moment.seen.is_something() {
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
}

impl Knowledge {
    /// With these policies and facts, and with what is told.
    #[must_use]
    pub fn new(engine: Engine, live: Option<Live>) -> Self {
        let moment = Moment {
            view: engine.view(),
            directory: Directory::default(),
            exemptions: Exemptions::default(),
            read_at: None,
            reached: BTreeMap::new(),
            seen: Seen::default(),
        };
        Self {
            shipped: engine.view().policies().clone(),
            engine,
            live,
            moment: ArcSwap::from_pointee(moment),
            writing: Mutex::new(()),
            moved: watch::Sender::new(()),
        }
    }

    /// What is known, at least as fresh as this asks for.
    ///
    /// # Errors
    ///
    /// When it is not so fresh in time, or too old.
    pub async fn now(&self, freshness: &ConsistencyToken) -> Result<Known, Unanswered> {
        let Some(live) = &self.live else {
            let moment = self.moment.load_full();
            return Ok(Known::of(moment, Timestamp::UNIX_EPOCH, None));
        };
        self.wait_for(live, freshness).await?;
        let moment = self.in_its_minute(live).await?;
        let at = moment.directory.instant(live.clock.now());
        let age = live.age(&moment, at)?;
        Ok(Known::of(moment, at, Some(age)))
    }

    /// Whether something is known of all who tell facts, as fresh as this asks for; if not, why.
    ///
    /// # Errors
    ///
    /// When it is not, in time.
    pub async fn reached(&self, token: &ConsistencyToken) -> Result<(), String> {
        let Some(live) = &self.live else {
            return Ok(());
        };
        let waited = self.wait_for(live, token).await;
        waited.map_err(|why| why.to_string())?;
        live.heard_of_all(&self.moment.load())
    }

    /// Waits until what is known is as fresh as this asks for.
    async fn wait_for(&self, live: &Live, token: &ConsistencyToken) -> Result<(), Unanswered> {
        let until = Instant::now() + live.patience;
        // Listen first, then look: what moves in between has then been heard.
        let mut moved = self.moved.subscribe();
        loop {
            let behind = live.behind(&self.moment.load(), token);
            let Some(behind) = behind else {
                return Ok(());
            };
            if timeout_at(until, moved.changed()).await.is_err() {
                return Err(Unanswered::NotFresh(behind));
            }
        }
    }

    /// What is known, with the schedules open whose time has come.
    async fn in_its_minute(&self, live: &Live) -> Result<Arc<Moment>, Refused> {
        let moment = self.moment.load_full();
        if moment.is_of(live.clock.now()) {
            return Ok(moment);
        }
        let alone = self.writing.lock().await;
        // Whoever has waited finds it done.
        let moment = self.moment.load_full();
        if moment.is_of(live.clock.now()) {
            return Ok(moment);
        }
        self.write(&alone, live, |_| (None, Vec::new()))
    }

    /// What was seen last of what is told.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.moment.load().seen.clone()
    }

    /// The policies that are asked where no others were promoted: version 0.
    #[must_use]
    pub const fn shipped(&self) -> &Policies {
        &self.shipped
    }

    /// Whether what is known fits the schema of these policies. Which deed with an exception is the last that is known.
    ///
    /// # Errors
    ///
    /// When it does not.
    pub fn fits(&self, policies: &Policies) -> Result<i64, Refused> {
        let moment = self.moment.load_full();
        moment.view.under(policies)?;
        Ok(moment.seen.excepted())
    }

    /// Policies and facts, however old, and which version the policies are.
    pub(super) fn under(&self) -> (Arc<View>, Active) {
        let moment = self.moment.load();
        (moment.view.clone(), moment.seen.active())
    }

    /// Policies and facts, however old.
    pub(super) fn view(&self) -> Arc<View> {
        self.moment.load().view.clone()
    }

    /// Takes in what was told, and under which policies it is asked from now on. Not for where somebody is answered: it takes
    /// its time.
    ///
    /// # Errors
    ///
    /// When the policies make no sense, or what was told does not fit their schema. Then nothing of it was taken in.
    pub fn hear(&self, mut news: News) -> Result<(), NotTakenIn> {
        let Some(live) = &self.live else {
            return Ok(());
        };
        let others = news.policies.take();
        let others = others.map(|files| Policies::new(&files)).transpose()?;
        let alone = self.writing.blocking_lock();
        self.write(&alone, live, |next| {
            next.take(news, others.as_ref(), &self.shipped)
        })?;
        self.moved.send_replace(());
        Ok(())
    }

    /// Makes the next moment, with what this changes: alone.
    fn write<'a>(
        &self,
        _alone: &MutexGuard<'_, ()>,
        live: &Live,
        change: impl FnOnce(&mut Moment) -> (Option<&'a Policies>, Vec<Change>),
    ) -> Result<Arc<Moment>, Refused> {
        let mut next = Moment::clone(&self.moment.load());
        // The time is that of the turn: whoever had to wait for it would bring an earlier one.
        let now = live.clock.now();
        let mut changes = next.directory.turn(now);
        let (policies, more) = change(&mut next);
        changes.extend(more);
        changes.extend(next.exemptions.turn(now));
        if let Some(policies) = policies {
            self.engine.renew(policies, changes)?;
        } else if !changes.is_empty() {
            self.engine.write(changes)?;
        }
        next.view = self.engine.view();
        let next = Arc::new(next);
        self.moment.store(next.clone());
        Ok(next)
    }
}

impl Moment {
    /// Whether what counts by the clock is as it is at this instant.
    fn is_of(&self, now: Timestamp) -> bool {
        self.directory.is_of(now) && self.exemptions.is_of(now)
    }

    /// The newest instant of which everything is known that this source tells.
    fn fresh_at(&self, source: &str) -> Result<Timestamp, String> {
        let reached = self.reached.get(source);
        let fresh_at = reached.and_then(|reached| reached.fresh_at);
        fresh_at.ok_or_else(|| format!("of {source} nothing was heard yet"))
    }

    /// What changes with the news: the policies, if they do, and facts.
    fn take<'a>(
        &mut self,
        news: News,
        promoted: Option<&'a Policies>,
        shipped: &'a Policies,
    ) -> (Option<&'a Policies>, Vec<Change>) {
        let mut changes = Vec::new();
        if news.all {
            let still: BTreeSet<_> = news.kept.iter().map(|(key, _)| *key).collect();
            for key in self.directory.known().difference(&still) {
                changes.extend(self.directory.put(*key, None));
            }
        }
        for (key, state) in news.kept {
            changes.extend(self.directory.put(key, state));
        }
        let exchanged = self.seen.active() != news.seen.active() || news.set_back;
        if let Some(approved) = news.exceptions {
            self.exemptions.put(approved);
        }
        self.read_at = Some(news.at);
        self.reached = news.reached;
        self.seen = news.seen;
        (exchanged.then(|| promoted.unwrap_or(shipped)), changes)
    }
}

impl Known {
    fn of(moment: Arc<Moment>, at: Timestamp, age: Option<SignedDuration>) -> Self {
        Self {
            view: moment.view.clone(),
            age,
            at,
            moment,
        }
    }

    /// How old the facts are at most, in milliseconds.
    #[must_use]
    pub fn age_ms(&self) -> Option<i64> {
        let age = self.age.map(|age| i64::try_from(age.as_millis()));
        age.map(|age| age.unwrap_or(i64::MAX))
    }

    /// What the sources of the facts had come to.
    #[must_use]
    pub fn token(&self) -> ConsistencyToken {
        let reached = self.moment.reached.iter();
        let tokens =
            reached.map(|(source, reached)| ConsistencyToken::of(source, reached.position));
        tokens.fold(ConsistencyToken::new(), |all, one| all.merged(&one))
    }
}
