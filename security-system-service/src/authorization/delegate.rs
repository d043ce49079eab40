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
//! for authz-service to know. So it takes the longer the more they are; [delegate-local](local) asks
//! for a condition instead.

pub mod local;

use access::{LocationId, Operation, SystemId, UserId};
use outbox::ConsistencyToken;

use super::asking::Asking;
use super::decider::Decider;
use super::{
    AuthorizationRequest, Authorizer, Candidates, Cause, Judged, ListRequest, Permit, Refusal,
    Strategy, Visible,
};
use crate::NAME;
use crate::authz::{Answers, Evaluated, Resource, Told};
use crate::domain::System;
use crate::store::Store;

/// Has authz-service decide, from what it was told.
#[derive(Debug)]
pub struct Delegate {
    decider: Decider,
    naming: Naming,
}

/// How it is said to authz-service which system is meant.
#[derive(Debug)]
enum Naming {
    /// By its id: where that is, authz-service has heard. Where it has not heard yet, this store says how far it has to hear.
    Heard(Store),
    /// By its id, and where that is.
    Told,
}

impl Delegate {
    /// Asks this one about systems of which it has heard. Where it has not heard of one yet, this store says how far it has
    /// to hear.
    #[must_use]
    pub const fn new(decider: Decider, store: Store) -> Self {
        Self {
            decider,
            naming: Naming::Heard(store),
        }
    }

    const fn strategy(&self) -> Strategy {
        match self.naming {
            Naming::Heard(_) => Strategy::Delegate,
            Naming::Told => Strategy::DelegateLocal,
        }
    }

    /// A system as authz-service is asked about it; of what is not there, the one that there never is.
    fn named(&self, system: Option<&System>) -> Resource {
        let id = system.map_or(SystemId::NIL, |system| system.id);
        let place = system.map_or(LocationId::NIL, |system| system.location);
        Resource {
            system: id,
            location: match self.naming {
                Naming::Heard(_) => None,
                Naming::Told => Some(place),
            },
        }
    }

    /// What is answered about these systems, once authz-service knows where all of them are that there are.
    async fn answers(
        &self,
        asking: Asking,
        user: UserId,
        systems: &[Resource],
        freshness: &ConsistencyToken,
    ) -> Result<Evaluated, Cause> {
        let told = self.decider.answers(asking, user, systems, freshness);
        let told = told.await?;
        let Naming::Heard(store) = &self.naming else {
            return Ok(told);
        };
        let is_unheard_of = |(system, answers): (&Resource, &Answers)| {
            system.system != SystemId::NIL && is_nowhere(answers)
        };
        if !systems.iter().zip(&told.answers).any(is_unheard_of) {
            return Ok(told);
        }
        let written = ConsistencyToken::of(NAME, store.position().await?);
        let freshness = written.merged(freshness);
        self.decider
            .answers(asking, user, systems, &freshness)
            .await
    }

    /// Where to look: at the systems that authz-service finds.
    async fn search(
        &self,
        asking: Asking,
        request: &ListRequest<'_>,
    ) -> Result<Told<Candidates>, Cause> {
        let freshness = request.freshness.clone().merged(&request.written);
        let found = self.decider.authz.systems(request.caller.user, &freshness);
        let (systems, age) = asking.answer(found).await?;
        let candidates = Candidates {
            systems,
            ..Candidates::default()
        };
        Ok((candidates, age))
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
        let asking = self.decider.ask(request.until);
        let system = [self.named(request.system)];
        let told = self.answers(asking, user, &system, freshness).await?;
        let judgement = self.decider.judge(request, told)?;
        Permit::mint(request, judgement, self.strategy())
    }

    async fn visible(&self, request: &ListRequest<'_>) -> Result<Visible, Refusal> {
        let asking = self.decider.ask(request.until);
        let (candidates, age) = match self.naming {
            Naming::Heard(_) => self.search(asking, request).await?,
            Naming::Told => self.condition(asking, request).await?,
        };
        let by = self.strategy();
        Ok(Visible::found(request, by, asking, age, candidates))
    }

    async fn rights(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
        freshness: &ConsistencyToken,
    ) -> Result<Judged, Refusal> {
        let named = systems.iter().map(|(system, _)| self.named(Some(system)));
        let named: Vec<_> = named.collect();
        let (asking, user) = (visible.asking, visible.caller.user);
        let told = self.answers(asking, user, &named, freshness);
        Ok(self.decider.rights(visible, systems, told.await?)?)
    }
}
