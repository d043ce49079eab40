//! **Replicate**: decide from own tables, which the owners' events keep.
//!
//! ```text
//!   owners of facts          security-system-service                          caller
//!     │  events, heartbeats           │                                         │
//!     ├──────────────────────────────▶│ keep: one row for each aggregate        │
//!     ├──────────────────────────────▶│ and how far that is, as of when         │
//!                                     │                        PUT disarm       │
//!                                     │◀────────────────────────────────────────┤
//!                                     │ load system, version, freshness         │
//!                                     │ read: location, employments, teams,     │
//!                                     │ up to where they are known, as of when  │
//!                                     │ less than asked for? wait, or 503       │
//!                                     │ too old to disarm by? 503               │
//!                                     │ decide: disarm, and view                │
//!                                     │ save if still that version              │
//!                                     │                        200 | 403 | 404  │
//!                                     ├────────────────────────────────────────▶│
//! ```
//!
//! Nobody is asked, so nobody has to be there. The price is paid in age: what is kept is as old as
//! events are late. So each operation has a [bound](Bounds) on the age of the facts, and beyond it
//! nothing that changes a system is decided, nor promised to whoever looks at it. Lists still answer, and
//! say how old they are.
//!
//! A message that could not be applied leaves its aggregate unknown: that allows nothing, and a denial
//! which it may concern is undecided. As everywhere, what is known otherwise may be proof enough.
//!
//! A decision reads what bears on it in one statement, and with it how fresh that is. A list takes three: where to
//! look, and how fresh and how complete that is; what is on the page; and what bears on that.

mod facts;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chassis::clock::Clock;
use outbox::{ConsistencyToken, Inbox};

pub(super) use self::facts::parked;
use super::asking::Asking;
use super::{
    AuthorizationRequest, Authorizer, Bounds, Cause, ListRequest, Permit, Refusal, Rights,
    Strategy, Visible,
};
use crate::domain::System;
use crate::store::Store;

/// Decides from facts that are kept here.
#[derive(Debug, Clone)]
pub struct Replicate {
    pub(super) store: Store,
    inbox: Inbox,
    pub(super) sources: Vec<&'static str>,
    pub(super) bounds: Bounds,
    clock: Arc<dyn Clock>,
    deadline: Duration,
}

impl Replicate {
    /// Reads what this store keeps of these sources, as far as the inbox has come, and waits so long
    /// for it to come as far as it has to.
    #[must_use]
    pub fn new(
        store: Store,
        inbox: Inbox,
        sources: Vec<&'static str>,
        bounds: Bounds,
        clock: Arc<dyn Clock>,
        deadline: Duration,
    ) -> Self {
        Self {
            store,
            inbox,
            sources,
            bounds,
            clock,
            deadline,
        }
    }

    pub(super) fn ask(&self) -> Asking {
        Asking::begin(self.clock.now(), self.deadline)
    }
}

impl Authorizer for Replicate {
    async fn authorize(&self, request: &AuthorizationRequest<'_>) -> Result<Permit, Refusal> {
        let findings = self.find_out(request).await?;
        Permit::mint(request, findings.judge(request)?, Strategy::Replicate)
    }

    async fn visible(&self, request: &ListRequest<'_>) -> Result<Visible, Refusal> {
        let asking = self.ask();
        let user = request.caller.user;
        let read = || self.store.prospect(user, &self.sources);
        let prospect = self.at_least(&request.freshness, asking, read).await?;
        if prospect.concerned {
            return Err(parked().into());
        }
        let age = self.age(prospect.as_of)?;
        let candidates = prospect.candidates;
        Ok(Visible::found(
            request,
            Strategy::Replicate,
            asking,
            age,
            candidates,
        ))
    }

    async fn rights(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
    ) -> Result<Vec<Option<Rights>>, Refusal> {
        let freshness = visible.freshness_of(systems);
        let ids: Vec<_> = systems.iter().map(|(system, _)| system.location).collect();
        let read = || self.store.replicated(visible.user, &ids, &self.sources);
        let replicated = self.at_least(&freshness, visible.asking, read).await?;
        let unknown = replicated.concerned.then(parked);
        let mut facts = replicated.facts;
        let locations = replicated
            .locations
            .into_iter()
            .map(|found| (found.id, found));
        let locations: BTreeMap<_, _> = locations.collect();
        let rights = systems.iter().map(|(system, _)| {
            let (user, at) = (visible.user, system.location);
            facts.location = locations.get(&at).cloned();
            let rights = Rights::of(user, at, visible.at, &facts, unknown.as_ref())?;
            Ok(rights.map(|rights| rights.within(&self.bounds, visible.facts_age())))
        });
        Ok(rights.collect::<Result<_, Cause>>()?)
    }
}
