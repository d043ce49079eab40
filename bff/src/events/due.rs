//! What a follower has to read again, many hints about one thing being one reading.

use std::{collections::BTreeSet, time::Duration};

use customer_events::{customer, employment, location, team};
use dealer_events::dealer;
use monitoring_events::monitoring_provider;
use outbox::{ConsistencyToken, Event, Position};
use rand::{RngExt, rngs::StdRng};
use security_system_events::system;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

/// What concerns everybody is read once in this time at most, at a moment of each follower's own:
/// else one changed team would make all of them ask at once.
const SPREAD: Duration = Duration::from_secs(1);

/// When everything is asked again after something could not be told.
const AGAIN: Duration = Duration::from_secs(1);

/// A reading that is due.
#[derive(Debug, PartialEq)]
pub(super) enum Reading {
    /// The whole list.
    List,
    /// One system.
    System(Uuid),
}

/// What is due, and how fresh the answers must be.
#[derive(Debug)]
pub(super) struct Due {
    list: Option<Instant>,
    /// When the list was read last.
    listed: Option<Instant>,
    systems: BTreeSet<Uuid>,
    /// At least as fresh as every hint that was taken.
    pub(super) freshness: ConsistencyToken,
}

impl Due {
    /// Nothing is due.
    pub(super) fn new(freshness: ConsistencyToken) -> Self {
        Self {
            list: None,
            listed: None,
            systems: BTreeSet::new(),
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
            // Employments and teams are called the same by whoever tells of them.
            team::AGGREGATE
            | customer::AGGREGATE
            | location::AGGREGATE
            | dealer::AGGREGATE
            | monitoring_provider::AGGREGATE => {
                self.sometime(rng);
                true
            }
            _ => false,
        };
        if taken {
            self.freshness
                .merge(&ConsistencyToken::of(&event.source, event.position));
        }
    }

    /// What a source has said up to here may concern anybody.
    pub(super) fn missed(&mut self, source: &str, position: Position, rng: &mut StdRng) {
        self.sometime(rng);
        self.freshness
            .merge(&ConsistencyToken::of(source, position));
    }

    fn system(&mut self, event: &Event, sees: impl Fn(Uuid) -> bool) -> bool {
        if sees(event.id) {
            self.systems.insert(event.id);
            return true;
        }
        // It has its first version, so it is new. Whether this person sees it, the list tells.
        let new = event.version == 1;
        if new {
            self.everything();
        }
        new
    }

    /// Everything is due within a while, and not more often than that.
    fn sometime(&mut self, rng: &mut StdRng) {
        let moment = Instant::now() + SPREAD.mul_f64(rng.random());
        let earliest = self.listed.map_or(moment, |listed| listed + SPREAD);
        self.list_at(moment.max(earliest));
    }

    fn list_at(&mut self, moment: Instant) {
        self.list = Some(self.list.map_or(moment, |due| due.min(moment)));
    }

    /// The next reading, when its time has come. Nothing is lost when the future is dropped.
    pub(super) async fn next(&mut self) -> Reading {
        if let Some(id) = self.systems.pop_first() {
            return Reading::System(id);
        }
        match self.list {
            Some(moment) => sleep_until(moment).await,
            None => std::future::pending().await,
        }
        self.list = None;
        self.listed = Some(Instant::now());
        Reading::List
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_concerns_everybody_is_read_soon_and_once_a_second_at_most() {
        let mut due = Due::new(ConsistencyToken::new());
        let mut rng = StdRng::seed_from_u64(7);
        let begun = Instant::now();
        for read in 0..20 {
            for _ in 0..10 {
                due.sometime(&mut rng);
            }
            assert_eq!(due.next().await, Reading::List);
            let elapsed = begun.elapsed();
            assert!(elapsed >= SPREAD * read, "{read} after {elapsed:?}");
            assert!(
                elapsed < SPREAD * (read + 1) * 2,
                "{read} after {elapsed:?}"
            );
        }
    }
}
