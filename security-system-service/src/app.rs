//! What can be done here: one file for each use case.

mod act;
mod alarm;
mod choose;
mod explain;
mod finish;
mod history;
mod install;
mod list;
mod remove;
mod show;

use std::sync::Arc;
use std::time::Duration;

use access::{Operation, SystemId, UserId};
use chassis::clock::Clock;
use chassis::turns::{Crowded, Turn, Turns};
use idempotency::Idempotency;
use outbox::{ConsistencyToken, Position};
use tokio::time::Instant;

use crate::authorization::{
    AuthorizationRequest, Authorizers, Caller, Cause, Permit, Refusal, Strategy, Unexercised,
};
use crate::domain::Misfit;
use crate::owners::Owners;
use crate::store::{Store, StoreError, Unsaved};

pub use act::{Act, Acted};
pub use choose::Switch;
pub use explain::Explanation;
pub use finish::{Finisher, Step};
pub use install::{Install, Installed};
pub use list::Listed;
pub use remove::Remove;

/// So much is decided, done or read for one person at once. Each may be a question to every owner of facts.
const AT_ONCE: usize = 8;
/// So many of a person's requests are in line, those among them.
const IN_LINE: usize = 32;
/// Where every source begins: to be as fresh as this says nothing.
const FIRST: Position = Position::new(1, 0);

/// The use cases, and what they need.
#[derive(Debug)]
pub struct App {
    store: Store,
    idempotency: Idempotency,
    authorizers: Authorizers,
    owners: Arc<Owners>,
    clock: Arc<dyn Clock>,
    deadline: Duration,
    callers: Turns<UserId>,
}

/// Who asks about one system, and how they want it decided.
#[derive(Debug, Clone)]
pub struct Inquiry {
    /// The caller.
    pub caller: Caller,
    /// The system.
    pub system: SystemId,
    /// The strategy that decides.
    pub strategy: Strategy,
    /// How fresh the facts must be.
    pub freshness: ConsistencyToken,
}

/// That something was not done, why, and which strategy had to decide whether it may be.
#[derive(Debug, thiserror::Error)]
#[error("{failure}")]
pub struct Undone {
    /// Why.
    pub failure: Failure,
    /// By which strategy.
    pub by: Strategy,
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It is not permitted, or that could not be decided.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The caller is none of those who install and remove systems.
    #[error("the caller is no installer")]
    NotAnInstaller,
    /// The caller asks for too much at once.
    #[error(transparent)]
    Crowded(#[from] Crowded),
    /// It does not fit the state.
    #[error(transparent)]
    Misfit(Misfit),
    /// The caller had another version in mind.
    #[error("not the version that the caller has seen")]
    Outdated,
    /// Somebody else was faster.
    #[error("the system has changed meanwhile")]
    Overtaken,
    /// There is no location to install at.
    #[error("no such location")]
    NoSuchLocation,
    /// The location has a system, or is not what it was when it was checked.
    #[error("the location cannot be had")]
    LocationTaken,
    /// The same request is being carried out, or was another one.
    #[error(transparent)]
    Idempotency(#[from] idempotency::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// On this store, with these authorizers, who have so long for all that a question needs.
    #[must_use]
    pub fn new(
        store: Store,
        idempotency: Idempotency,
        authorizers: Authorizers,
        owners: Arc<Owners>,
        clock: Arc<dyn Clock>,
        deadline: Duration,
    ) -> Self {
        Self {
            store,
            idempotency,
            authorizers,
            owners,
            clock,
            deadline,
            callers: Turns::new(AT_ONCE, IN_LINE),
        }
    }

    /// The strategies, to choose from.
    #[must_use]
    pub const fn authorizers(&self) -> &Authorizers {
        &self.authorizers
    }

    /// The database.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// How fresh the caller wants the facts to be.
    ///
    /// Of what they present only sources of facts count, and only where they have said something. They are
    /// asked for it before anything is changed, so that nobody can leave behind a claim which no source will
    /// ever meet.
    fn presented(&self, token: &ConsistencyToken) -> ConsistencyToken {
        let owners: Vec<_> = self.owners.names().collect();
        let claims = token.iter();
        claims
            .filter(|(source, at)| owners.contains(source) && *at > FIRST)
            .map(|(source, at)| ConsistencyToken::of(source, at))
            .fold(ConsistencyToken::new(), |all, claim| all.merged(&claim))
    }

    /// Waits until something may be decided for this caller, so that whoever asks for much waits for themselves, and
    /// others do not wait for them. Nobody who has a turn waits for another.
    async fn turn(&self, caller: UserId) -> Result<Turn, Failure> {
        Ok(self.callers.take(caller).await?)
    }

    /// The turn of whoever inquires.
    async fn turn_of(&self, inquiry: &Inquiry) -> Result<Turn, Undone> {
        let turn = self.turn(inquiry.caller.user).await;
        turn.map_err(undone(inquiry.strategy))
    }

    /// Loads a system and has it decided what the caller may do to it, whose turn it is. What is kept with a system is told
    /// to [whoever decides](Authorizers::authorize): it plays no part until its caller is known to see the system.
    async fn permit(&self, inquiry: &Inquiry, operation: Operation) -> Result<Permit, Undone> {
        let chosen = inquiry.strategy;
        let loaded = self.store.load(inquiry.system).await;
        let (system, kept) = loaded.map_err(undone(chosen))?.unzip();
        let request = AuthorizationRequest {
            caller: &inquiry.caller,
            operation,
            system: system.as_ref(),
            at: self.clock.now(),
            freshness: self.presented(&inquiry.freshness),
            kept: kept.unwrap_or_default(),
            until: self.until(),
        };
        let (by, decided) = self.authorizers.authorize(chosen, &request).await;
        decided.map_err(undone(by))
    }

    /// Until when a question that is asked now has to be decided.
    fn until(&self) -> Instant {
        Instant::now() + self.deadline
    }
}

/// What a failure is where this strategy had to decide.
fn undone<E: Into<Failure>>(by: Strategy) -> impl FnOnce(E) -> Undone {
    move |failure| Undone {
        failure: failure.into(),
        by,
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Cause> for Failure {
    fn from(cause: Cause) -> Self {
        Self::Refused(Refusal::Undecided(cause))
    }
}

/// Whoever has a permit for something else has none for this.
impl From<Unexercised> for Failure {
    fn from(reason: Unexercised) -> Self {
        match reason {
            Unexercised::NotPermitted => Self::Refused(Refusal::Hidden),
            Unexercised::Misfit(misfit) => Self::Misfit(misfit),
        }
    }
}

impl Failure {
    /// To be overtaken is a stale version to whoever named the one that they have seen, and bad luck to anybody else.
    fn unsaved(unsaved: Unsaved, seen: Option<i64>) -> Self {
        match (unsaved, seen) {
            (Unsaved::Overtaken, Some(_)) => Self::Outdated,
            (Unsaved::Overtaken, None) => Self::Overtaken,
            (Unsaved::Store(error), _) => Self::Store(error),
        }
    }
}
