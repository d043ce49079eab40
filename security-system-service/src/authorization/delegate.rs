//! **Delegate**: ask authz-service, which knows all facts and decides.
//!
//! ```text
//!   owners of facts, and         authz-service                security-system-service           caller
//!   security-system-service           │                                  │                         │
//!     │  events, heartbeats           │                                  │                         │
//!     ├──────────────────────────────▶│ keep: everything, in memory      │                         │
//!     │                               │                                  │        PUT disarm       │
//!     │                               │                                  │◀────────────────────────┤
//!     │                               │                                  │ load system, version,   │
//!     │                               │                                  │ freshness               │
//!     │                               │ POST /access/v1/evaluations      │                         │
//!     │                               │  { userId, each operation, system }, as a machine          │
//!     │                               │◀─────────────────────────────────┤                         │
//!     │                               │ less than asked for? wait, or 503│                         │
//!     │                               │ decide: all of it at one moment  │                         │
//!     │                               ├─ yes or no, grants, age ────────▶│                         │
//!     │                               │                                  │ too old to disarm by? 503
//!     │                               │                                  │ save if still that version
//!     │                               │                                  │        200 | 403 | 404  │
//!     │                               │                                  ├────────────────────────▶│
//! ```
//!
//! Rules and facts are in one place, for all services: they change together, and no service has to know what they are made
//! of. The price is paid in availability: without authz-service nothing is decided. And in age, as under
//! [replicate](super::replicate): what it knows is as old as events are late.
//!
//! It knows by events too where systems are. Of one that was just put into service it may not have heard: then it is
//! asked once more, for an answer as fresh as what was written here.
//!
//! A list is a search for all systems that the caller may view, whatever part of it is asked for: their order is not
//! for authz-service to know. So it takes the longer the more they are; [delegate-local](super::delegate_local) asks
//! for a condition instead.

use access::{Operation, SystemId, UserId};
use outbox::ConsistencyToken;

use super::asking::Asking;
use super::decider::Decider;
use super::{
    AuthorizationRequest, Authorizer, Candidates, Cause, Judged, ListRequest, Permit, Refusal,
    Strategy, Visible,
};
use crate::NAME;
use crate::authz::{Answers, Evaluated, Resource};
use crate::domain::System;
use crate::store::Store;

/// Has authz-service decide, from what it was told.
#[derive(Debug)]
pub struct Delegate {
    decider: Decider,
    store: Store,
}

impl Delegate {
    /// Asks this one. Where it has not heard of a system yet, this store says how far it has to hear.
    #[must_use]
    pub const fn new(decider: Decider, store: Store) -> Self {
        Self { decider, store }
    }

    /// What is answered about these systems, once authz-service has heard of all that there are.
    async fn answers(
        &self,
        asking: Asking,
        user: UserId,
        systems: &[SystemId],
        freshness: &ConsistencyToken,
    ) -> Result<Evaluated, Cause> {
        let resources = systems.iter().map(|system| Resource {
            system: *system,
            location: None,
        });
        let resources: Vec<_> = resources.collect();
        let told = self.decider.answers(asking, user, &resources, freshness);
        let told = told.await?;
        let is_unheard_of = |(system, answers): (&SystemId, &Answers)| {
            *system != SystemId::NIL && is_nowhere(answers)
        };
        if !systems.iter().zip(&told.answers).any(is_unheard_of) {
            return Ok(told);
        }
        let written = ConsistencyToken::of(NAME, self.store.position().await?);
        let freshness = written.merged(freshness);
        self.decider
            .answers(asking, user, &resources, &freshness)
            .await
    }
}

/// Whether authz-service does not know where a system is.
fn is_nowhere(answers: &Answers) -> bool {
    let view = answers.of(Operation::View).as_ref();
    view.is_ok_and(|answer| answer.law.is_none())
}

impl Authorizer for Delegate {
    async fn authorize(&self, request: &AuthorizationRequest<'_>) -> Result<Permit, Refusal> {
        let (user, freshness) = (request.caller.user, &request.freshness);
        let system = request.system.map_or(SystemId::NIL, |system| system.id);
        let asking = self.decider.ask(request.until);
        let told = self.answers(asking, user, &[system], freshness).await?;
        let judgement = self.decider.judge(request, told)?;
        Permit::mint(request, judgement, Strategy::Delegate)
    }

    async fn visible(&self, request: &ListRequest<'_>) -> Result<Visible, Refusal> {
        let (asking, user) = (self.decider.ask(request.until), request.caller.user);
        let freshness = request.freshness.clone().merged(&request.written);
        let found = self.decider.authz.systems(user, &freshness);
        let (systems, age) = asking.answer(found).await?;
        let candidates = Candidates {
            systems,
            ..Candidates::default()
        };
        let by = Strategy::Delegate;
        Ok(Visible::found(request, by, asking, age, candidates))
    }

    async fn rights(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
        freshness: &ConsistencyToken,
    ) -> Result<Judged, Refusal> {
        let ids: Vec<_> = systems.iter().map(|(system, _)| system.id).collect();
        let told = self.answers(visible.asking, visible.caller.user, &ids, freshness);
        Ok(self.decider.rights(visible, systems, told.await?)?)
    }
}
