//! What this person is trying to do, until it is known what became of it.
//!
//! An attempt is pending from the tap until its answer; where none comes, until it cannot be done any more. Where the event of
//! the change overtakes the answer it ends the attempt too, but nothing waits *for* an event: with the stream cut, the
//! answer or its deadline ends it.
//!
//! That something was not done stays to be read until the person dismisses it, tries again, or it is so after all. *Why*
//! it was not done may be over sooner: when a later reading offers the action, the message stops to alarm.

use std::collections::BTreeMap;

use super::failure::Failure;
use super::moment::Moment;
use super::system::{Action, System, SystemId};
use super::systems::Tick;

/// For so long what was asked for may be done, also when its answer cannot be heard any more: the server's deadline, and a
/// moment.
const CARRIED_ON_MILLIS: i64 = 6_000;

/// How much of that time is left, in milliseconds. Before it is over, to look at the system does not tell what was not done.
#[must_use]
pub fn carried_on(tried: Moment, now: Moment) -> u32 {
    let passed = (now.millis() - tried.millis()).max(0);
    u32::try_from(CARRIED_ON_MILLIS - passed).unwrap_or(0)
}

/// Names one attempt, so that a late answer is not taken for that of a newer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptId(u64);

/// How an attempt stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// No answer yet.
    Pending {
        /// Which one.
        id: AttemptId,
        /// What is tried.
        action: Action,
        /// What was seen when trying.
        version: u64,
    },
    /// It was not done, or nobody knows; shown until dismissed, tried again, or no longer so.
    Failed {
        /// What was tried.
        action: Action,
        /// When.
        at: Moment,
        /// Where; the system itself may be gone.
        place: String,
        /// What did not happen, and why.
        failure: Box<Failure>,
        /// What is asked for later than this may show that the reason is over.
        since: Option<Tick>,
    },
}

/// At most one attempt a system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    by_system: BTreeMap<SystemId, Attempt>,
    last: u64,
}

impl Attempts {
    /// Begins an attempt; none while another one of the same system is pending.
    pub fn begin(&mut self, system: &System, action: Action) -> Option<AttemptId> {
        if self.pending(&system.id).is_some() {
            return None;
        }
        self.last += 1;
        let id = AttemptId(self.last);
        let attempt = Attempt::Pending {
            id,
            action,
            version: system.version,
        };
        self.by_system.insert(system.id.clone(), attempt);
        Some(id)
    }

    /// It was done.
    pub fn succeeded(&mut self, system: &SystemId, id: AttemptId) {
        if self.is_pending(system, id) {
            self.by_system.remove(system);
        }
    }

    /// It was not done, or nobody knows. Too late to matter if an event has told of its success.
    pub fn failed(
        &mut self,
        seen: &System,
        id: AttemptId,
        action: Action,
        failure: Failure,
        at: Moment,
    ) {
        if self.is_pending(&seen.id, id) {
            let place = seen.location.name.clone();
            self.by_system.insert(
                seen.id.clone(),
                Attempt::Failed {
                    action,
                    at,
                    place,
                    failure: Box::new(failure),
                    since: None,
                },
            );
        }
    }

    /// Everything has been done to tell of the failure. What is asked for from now on may show that its reason is
    /// over; what was asked for to explain it does not.
    pub fn told(&mut self, system: &SystemId, now: Tick) {
        if let Some(Attempt::Failed { since, .. }) = self.by_system.get_mut(system) {
            since.get_or_insert(now);
        }
    }

    /// A system was seen, as it was asked for at that point: ends the attempt that made what is seen, and a failure
    /// that is none any more; and lets a reason pass that stands in the way no longer.
    pub fn seen(&mut self, system: &System, as_of: Tick, me: Option<&str>) {
        let over = match self.by_system.get_mut(&system.id) {
            Some(Attempt::Pending {
                action, version, ..
            }) => {
                let mine = |me| {
                    system
                        .changed
                        .as_ref()
                        .is_some_and(|change| change.is_by(me))
                };
                system.version > *version
                    && system.state == action.leads_to()
                    && me.is_some_and(mine)
            }
            Some(Attempt::Failed {
                action,
                at,
                failure,
                since,
                ..
            }) => {
                if since.is_some_and(|since| as_of > since) && system.offers(*action) {
                    failure.pass(*at);
                }
                system.state == action.leads_to()
            }
            None => false,
        };
        if over {
            self.by_system.remove(&system.id);
        }
    }

    /// The person has read the failure.
    pub fn dismiss(&mut self, system: &SystemId) {
        if self.failure(system).is_some() {
            self.by_system.remove(system);
        }
    }

    /// What is being tried.
    #[must_use]
    pub fn pending(&self, system: &SystemId) -> Option<Action> {
        match self.by_system.get(system) {
            Some(Attempt::Pending { action, .. }) => Some(*action),
            _ => None,
        }
    }

    /// What was tried in vain.
    #[must_use]
    pub fn failure(&self, system: &SystemId) -> Option<&Failure> {
        match self.by_system.get(system) {
            Some(Attempt::Failed { failure, .. }) => Some(failure),
            _ => None,
        }
    }

    /// All that was tried in vain, and where.
    pub fn failures(&self) -> impl Iterator<Item = (&SystemId, &str)> {
        self.by_system
            .iter()
            .filter_map(|(id, attempt)| match attempt {
                Attempt::Failed { place, .. } => Some((id, place.as_str())),
                Attempt::Pending { .. } => None,
            })
    }

    fn is_pending(&self, system: &SystemId, attempt: AttemptId) -> bool {
        matches!(self.by_system.get(system), Some(Attempt::Pending { id, .. }) if *id == attempt)
    }
}
