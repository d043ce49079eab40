//! What the owners of facts have told by their events, as far as a token may claim it.
//!
//! A token goes on to say for minutes what was so when it was issued, and that it was so then. What is kept here
//! may be older: as old as events are late, or as the broker has been silent. So it is claimed up to an age that is
//! configured, and beyond it nothing is.

use std::time::Duration;

use access::UserId;
use iam_claims::Claims;
use jiff::{SignedDuration, Timestamp};
use outbox::{ConsistencyToken, Inbox, NotYet};

use super::App;
use crate::store;

/// What is kept, and how fresh it has to be.
#[derive(Debug)]
pub struct Replica {
    /// How far it has come.
    pub inbox: Inbox,
    /// How old it may be.
    pub staleness: SignedDuration,
    /// How long whoever knows of more waits for it to come as far.
    pub patience: Duration,
}

/// Why nothing is claimed by it.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unsure {
    #[error(transparent)]
    NotYet(#[from] NotYet),
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("of an owner of facts nothing was heard yet")]
    Unheard,
    #[error("a message that could not be applied may matter")]
    Parked,
    #[error("the facts are {age:#} old, and {bound:#} is the most")]
    Stale {
        age: SignedDuration,
        bound: SignedDuration,
    },
}

impl Replica {
    /// How old what is known is, if it may be that old.
    fn age(&self, as_of: Option<Timestamp>, now: Timestamp) -> Result<SignedDuration, Unsure> {
        let age = now.duration_since(as_of.ok_or(Unsure::Unheard)?);
        if age > self.staleness {
            let bound = self.staleness;
            return Err(Unsure::Stale { age, bound });
        }
        Ok(age)
    }
}

impl App {
    /// What the owners have told about a person, if that is at least as fresh as `known`, and nothing may be missing.
    pub(super) async fn kept(
        &self,
        user: UserId,
        known: &ConsistencyToken,
        replica: &Replica,
    ) -> Result<Claims, Unsure> {
        let read = || self.store.told(user);
        let inbox = &replica.inbox;
        let told: Result<_, Unsure> = inbox.read_at_least(known, replica.patience, read).await;
        let (_, told) = told?;
        let age = replica.age(told.as_of, self.now())?;
        if told.concerned {
            return Err(Unsure::Parked);
        }
        // The clock of whoever told it may be ahead of ours.
        let age = age.as_millis().try_into().unwrap_or(0);
        let locations = told.locations.as_deref();
        Ok(Claims::gathered(&told.facts, locations, told.facts_at, age))
    }
}
