//! **Delegate-local**: ask authz-service, and tell it what is this service's own to tell.
//!
//! ```text
//!   owners of facts              authz-service                security-system-service           caller
//!     │  events, heartbeats           │                                  │                         │
//!     ├──────────────────────────────▶│ keep: everything, in memory      │                         │
//!     │                               │                                  │        PUT disarm       │
//!     │                               │                                  │◀────────────────────────┤
//!     │                               │                                  │ load system, version,   │
//!     │                               │                                  │ freshness               │
//!     │                               │ POST /access/v1/evaluations      │                         │
//!     │                               │  { userId, each operation, system, its location }          │
//!     │                               │◀─────────────────────────────────┤                         │
//!     │                               │ … as under delegate …            │                         │
//! ```
//!
//! So authz-service need not have heard of a system to judge it where it is, and which systems there are stays with
//! the one who knows. It believes this of nobody else: what a caller says counts only where the caller owns it.
//!
//! A list is a condition: at which locations may systems be viewed? authz-service computes that from the policies, window
//! by window in the order of the list, and the store looks there. A page takes as long however many systems there are.

use access::{LocationId, SystemId};
use outbox::ConsistencyToken;

use super::decider::Decider;
use super::{
    AuthorizationRequest, Authorizer, Candidates, Judged, ListRequest, Permit, Refusal, Strategy,
    Visible,
};
use crate::authz::Resource;
use crate::domain::System;

/// Has authz-service decide, from what it was told and from what it is told with the question.
#[derive(Debug)]
pub struct DelegateLocal {
    decider: Decider,
}

impl DelegateLocal {
    /// Asks this one.
    #[must_use]
    pub const fn new(decider: Decider) -> Self {
        Self { decider }
    }
}

const fn located(system: SystemId, location: LocationId) -> Resource {
    Resource {
        system,
        location: Some(location),
    }
}

impl Authorizer for DelegateLocal {
    async fn authorize(&self, request: &AuthorizationRequest<'_>) -> Result<Permit, Refusal> {
        let (user, freshness) = (request.caller.user, &request.freshness);
        let system = request.system.map_or(SystemId::NIL, |system| system.id);
        let resources = [located(system, request.location())];
        let asking = self.decider.ask(request.until);
        let told = self.decider.answers(asking, user, &resources, freshness);
        let judgement = self.decider.judge(request, told.await?)?;
        Permit::mint(request, judgement, Strategy::DelegateLocal)
    }

    async fn visible(&self, request: &ListRequest<'_>) -> Result<Visible, Refusal> {
        let (asking, user) = (self.decider.ask(request.until), request.caller.user);
        let (after, freshness) = (request.after_location(), &request.freshness);
        let found = self.decider.authz.locations(user, after, freshness);
        let ((locations, age), more) = asking.answer(found).await?;
        let candidates = Candidates {
            until: locations.last().copied().filter(|_| more),
            locations: locations.into_iter().collect(),
            ..Candidates::default()
        };
        let by = Strategy::DelegateLocal;
        Ok(Visible::found(request, by, asking, age, candidates))
    }

    async fn rights(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
        freshness: &ConsistencyToken,
    ) -> Result<Judged, Refusal> {
        let resources = systems.iter().map(|(at, _)| located(at.id, at.location));
        let resources: Vec<_> = resources.collect();
        let told = self
            .decider
            .answers(visible.asking, visible.caller.user, &resources, freshness);
        Ok(self.decider.rights(visible, systems, told.await?)?)
    }
}
