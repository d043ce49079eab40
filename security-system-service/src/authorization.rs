//! May this caller do this to this system now?
//!
//! What has to be known for the answer belongs to other services: who works for whom, who was
//! appointed, who holds which role in which shift. *Where* such remote facts live and *who* decides
//! is a strategy's business; *what* they mean is the law's ([`access::decide`]). So all strategies
//! have one outline, the trait [`Authorizer`], and one result, a [`Permit`] or a [`Refusal`].
//!
//! ```text
//!    http ── token, id, action ──▶ app ── AuthorizationRequest ──▶ Authorizer ──▶ facts
//!                                   │                                  │
//!                                   │ ◀── Permit | Refusal ── access::decide, or authz-service
//!                                   │
//!                                   ├── Permit::exercise ──▶ Change        (does it fit the state?)
//!                                   │
//!                                   └── Store::save(Change)                (if the version still is
//!                                                                           the one that was authorized)
//! ```
//!
//! Three properties hold whatever the strategy:
//!
//! - **No change without a permit.** [`Store::save`](crate::store::Store::save) takes a [`Change`],
//!   a change is made of a [`Permit`], and a permit only of an allowing decision, here. It is used
//!   up by the change, and it names the version that was judged, so that what was decided about
//!   one state is never done to another.
//! - **Who may not see, learns nothing.** Each request is also judged for *view*, from the same
//!   facts. [`Refusal::Hidden`] is the answer for a system that the caller may not view and for one
//!   that is not there; the facts are asked for in both cases, so that an outage does not tell them
//!   apart either.
//! - **Not knowing is not a no.** [`Refusal::Undecided`] is neither allowed nor denied, and is never
//!   answered as one of them. Nor is it always the answer while a part of the facts is out of reach:
//!   facts only add, so a grant that is known is a proof, whatever else is unknown.
//!
//! Two more changes have permits of their own, since no role on a system leads to them: to install
//! and remove systems ([`installer`]), and to report an alarm ([`panel`]).

mod asking;
mod authorizers;
mod choices;
pub mod combine;
mod decider;
pub mod delegate;
pub mod fetch;
mod findings;
pub mod installer;
mod judgement;
pub mod panel;
mod per_operation;
mod permit;
pub mod provide;
pub mod replicate;
mod rights;
mod staleness;
mod strategy;
mod token_facts;
mod visible;

use std::future::Future;

use access::{Challenge, LocationId, Missing, Operation, UserId};
use chassis::auth::User;
use jiff::Timestamp;
use outbox::{ConsistencyToken, NotYet};
use tokio::time::Instant;

use crate::domain::System;
use crate::store::{Place, StoreError};

pub use authorizers::{Authorizers, Right};
pub use choices::{Choice, Choices, Chosen};
pub use decider::Decider;
pub use judgement::Judged;
pub use per_operation::{PerOperation, Unassigned};
pub use permit::{Basis, Change, Permit, Unexercised};
pub use rights::Rights;
pub use staleness::{Bound, Bounds, NoAge};
pub use strategy::{Live, NotLive, Strategies, Strategy, UnknownStrategy};
pub use token_facts::TokenFacts;
pub use visible::{Candidates, Visible};

/// A way to decide: where the facts come from, and who decides on them.
pub trait Authorizer: Send + Sync {
    /// May this caller do this to this system now? Asks for the operation and for `view`, from one
    /// set of facts.
    fn authorize(
        &self,
        request: &AuthorizationRequest<'_>,
    ) -> impl Future<Output = Result<Permit, Refusal>> + Send;

    /// The systems that the caller may view: as a condition for the store, or read already.
    fn visible(
        &self,
        request: &ListRequest<'_>,
    ) -> impl Future<Output = Result<Visible, Refusal>> + Send;

    /// What the caller may do to each of these systems, by facts that are as fresh as this at least. Asked about a page of
    /// what is [`visible`](Self::visible), and decided from the same facts where they are fresh enough.
    fn rights(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
        freshness: &ConsistencyToken,
    ) -> impl Future<Output = Result<Judged, Refusal>> + Send;
}

/// Who asks: what a verified token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The person.
    pub user: UserId,
    /// Their name, for the history.
    pub name: String,
    /// The facts that the token brings.
    pub facts: TokenFacts,
}

impl From<&User> for Caller {
    fn from(user: &User) -> Self {
        Self {
            user: user.id,
            name: user.name.clone(),
            facts: user.into(),
        }
    }
}

/// A question about one system.
#[derive(Debug, Clone)]
pub struct AuthorizationRequest<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// To do what.
    pub operation: Operation,
    /// To which system, as loaded; or nothing, if the id leads to none. That is asked about all
    /// the same, because it must look like a system that may not be viewed.
    pub system: Option<&'a System>,
    /// When.
    pub at: Timestamp,
    /// How fresh the facts have to be at least: as fresh as the caller knows of.
    pub freshness: ConsistencyToken,
    /// How fresh those were by which the system was last changed. By older ones whoever may view it is told nothing more.
    pub kept: ConsistencyToken,
    /// Until when it has to be decided.
    pub until: Instant,
}

/// A question about all systems at once: which may be viewed?
#[derive(Debug, Clone)]
pub struct ListRequest<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// When.
    pub at: Timestamp,
    /// How fresh the facts have to be at least.
    pub freshness: ConsistencyToken,
    /// What the caller knows to have been written here: for whoever is told where systems are.
    pub written: ConsistencyToken,
    /// Behind which place the part of the list begins that is asked for.
    pub after: Option<Place>,
    /// How many systems it has at most.
    pub limit: usize,
    /// Until when it has to be decided.
    pub until: Instant,
}

/// Why there is no permit.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// There is no such system, or none that the caller may know of.
    Hidden,
    /// The caller may view the system, by facts that are older than those by which it was last changed: what else they may
    /// do is decided by newer ones.
    Behind,
    /// The caller may view the system, but not do this.
    Denied(Denial),
    /// The caller may do this after a stronger sign-in. The rule never asks for one: ADR 0018.
    StepUp(Challenge),
    /// It could not be decided.
    Undecided(Cause),
}

/// A no to somebody who may view the system.
#[derive(Debug, Clone, PartialEq)]
pub struct Denial {
    /// What they wanted to do.
    pub operation: Operation,
    /// The closest missing fact, if they work for anybody who has a say here.
    pub missing: Option<Box<Missing>>,
}

/// Why something could not be decided: for the log, and never a reason to deny.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("undecided: {0}")]
pub struct Cause(pub String);

impl AuthorizationRequest<'_> {
    /// The same question, to be answered by facts as fresh as those as well by which the system was last changed.
    #[must_use]
    pub fn knowing_all(&self) -> Self {
        Self {
            freshness: self.all(),
            ..self.clone()
        }
    }

    /// How fresh facts are that are as fresh as the caller knows of, and as fresh as those by which the system was last
    /// changed.
    #[must_use]
    pub fn all(&self) -> ConsistencyToken {
        self.freshness.clone().merged(&self.kept)
    }

    /// Where the system is, or the place that the facts are asked about where there is none: it must take as
    /// long as a system that may not be viewed.
    #[must_use]
    pub fn location(&self) -> LocationId {
        self.system
            .map_or(LocationId::NIL, |system| system.location)
    }
}

impl ListRequest<'_> {
    /// The location of the place behind which the part begins.
    #[must_use]
    pub fn after_location(&self) -> Option<LocationId> {
        self.after.map(|Place(location, _)| location)
    }
}

impl From<StoreError> for Cause {
    fn from(error: StoreError) -> Self {
        Self(format!("what is kept cannot be read: {error}"))
    }
}

impl From<NotYet> for Cause {
    fn from(not_yet: NotYet) -> Self {
        Self(not_yet.to_string())
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Cause::from(error).into()
    }
}

impl From<Cause> for Refusal {
    fn from(cause: Cause) -> Self {
        Self::Undecided(cause)
    }
}
