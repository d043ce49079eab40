//! What a follower has to read again, many hints about one thing being one reading.

use std::{collections::BTreeMap, time::Duration};

use customer_events::{employment, location, team};
use outbox::{ConsistencyToken, Event};
use rand::{RngExt, rngs::StdRng};
use security_system_events::{SystemState, system};
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

/// What concerns everybody is read once in this time, at a moment of each follower's own: else one
/// changed team would make all of them ask at once.
const SPREAD: Duration = Duration::from_secs(1);

/// When everything is asked again after something could not be told.
const AGAIN: Duration = Duration::from_secs(1);

/// A reading that is due.
#[derive(Debug, PartialEq)]
pub(super) enum Reading {
    /// The whole list.
    List,
    /// One system, and what the hint said of it.
    System(Uuid, Option<Box<SystemState>>),
}

/// What is due, and how fresh the answers must be.
#[derive(Debug)]
pub(super) struct Due {
    list: Option<Instant>,
    systems: BTreeMap<Uuid, Option<Box<SystemState>>>,
    /// At least as fresh as every hint that was taken.
    pub(super) freshness: ConsistencyToken,
}

impl Due {
    /// Nothing is due.
    pub(super) fn new(freshness: ConsistencyToken) -> Self {
        Self {
            list: None,
            systems: BTreeMap::new(),
            freshness,
        }
    }

    /// Everything is due now.
    pub(super) fn everything(&mut self) {
        self.list_at(Instant::now());
    }

    /// Everything is due after a while: something could not be told.
    pub(super) fn again(&mut self) {
        self.list_at(Instant::now() + AGAIN);
    }

    /// What an event makes due for this user, who sees what `sees` says.
    pub(super) fn hear(
        &mut self,
        event: &Event,
        user: Option<Uuid>,
        sees: impl Fn(Uuid) -> bool,
        rng: &mut StdRng,
    ) {
        let taken = match event.aggregate.as_str() {
            system::AGGREGATE => self.system(event, sees),
            employment::AGGREGATE if user.is_some_and(|user| event.users.contains(&user)) => {
                self.everything();
                true
            }
            team::AGGREGATE | location::AGGREGATE => {
                self.list_at(Instant::now() + SPREAD.mul_f64(rng.random()));
                true
            }
            _ => false,
        };
        if taken {
            self.freshness
                .merge(&ConsistencyToken::of(&event.source, event.position));
        }
    }

    fn system(&mut self, event: &Event, sees: impl Fn(Uuid) -> bool) -> bool {
        let state = event.state::<SystemState>().ok();
        if sees(event.id) {
            self.systems.insert(event.id, state.map(Box::new));
            return true;
        }
        // Nobody has acted on it, so it is new. Whether this person sees it, the list tells.
        let new = state.is_some_and(|state| state.action.is_none());
        if new {
            self.everything();
        }
        new
    }

    fn list_at(&mut self, moment: Instant) {
        self.list = Some(self.list.map_or(moment, |due| due.min(moment)));
    }

    /// The next reading, when its time has come. Nothing is lost when the future is dropped.
    pub(super) async fn next(&mut self) -> Reading {
        if let Some((id, state)) = self.systems.pop_first() {
            return Reading::System(id, state);
        }
        match self.list {
            Some(moment) => sleep_until(moment).await,
            None => std::future::pending().await,
        }
        self.list = None;
        Reading::List
    }
}
