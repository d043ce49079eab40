//! **Fetch**: ask the owners of the facts, on every request.
//!
//! ```text
//!   caller           security-system-service      customer-service  dealer-service  monitoring-service
//!     │  PUT disarm           │                          │                │                │
//!     ├──────────────────────▶│ load system, version,    │                │                │
//!     │                       │ freshness                │                │                │
//!     │                       │   POST /facts/decision { userId, locationId }, as a machine │
//!     │                       ├─────────────────────────▶│                │                │
//!     │                       ├──────────────────────────┼───────────────▶│                │
//!     │                       ├──────────────────────────┼────────────────┼───────────────▶│
//!     │                       │◀─ location, employments, teams ─┴─────────┴────────────────┤
//!     │                       │   POST /facts/dealers: whom did the dealer appoint?        │
//!     │                       ├──────────────────────────┼───────────────▶│ (always, for people
//!     │                       │◀─────────────────────────┼────────────────┤  of providers)
//!     │                       │ decide: disarm, and view                  │
//!     │      200 | 403 | 404  │ save if still that version                │
//!     │◀──────────────────────┤
//! ```
//!
//! Nothing is kept, so nothing is stale. The price is paid in availability and time: every request
//! waits for the slowest of the owners, and while one is silent nothing can be denied. All of them
//! are waited for. Only when one fails, or the one deadline for all of them ends, a grant that is
//! known decides, since whatever else is unknown could not take it away; and where there is none,
//! nothing is decided (503).
//!
//! A list asks the inverse question. First what the caller's employments and teams reach
//! (`/facts/user` of each owner); then, for people of dealers and providers, the next locations that
//! they serve (`/facts/dealers-served`, `/facts/locations-served`); then for the locations of one page
//! of what the store finds there. So a page takes a handful of calls, however many systems there are.

mod facts;

use std::collections::BTreeSet;
use std::sync::Arc;

use access::Reach;
use chassis::clock::Clock;
use outbox::ConsistencyToken;
use tokio::time::Instant;

use super::asking::Asking;
use super::{
    AuthorizationRequest, Authorizer, Cause, Judged, ListRequest, Permit, Refusal, Rights,
    Strategy, Visible,
};
use crate::domain::System;
use crate::owners::Owners;

/// Decides from facts that are asked for now.
#[derive(Debug)]
pub struct Fetch {
    owners: Arc<Owners>,
    clock: Arc<dyn Clock>,
}

impl Fetch {
    /// Asks these owners.
    #[must_use]
    pub const fn new(owners: Arc<Owners>, clock: Arc<dyn Clock>) -> Self {
        Self { owners, clock }
    }

    fn ask(&self, until: Instant) -> Asking {
        Asking::begin(self.clock.now(), until)
    }
}

impl Authorizer for Fetch {
    async fn authorize(&self, request: &AuthorizationRequest<'_>) -> Result<Permit, Refusal> {
        let findings = self.find_out(request).await?;
        Permit::mint(request, findings.judge(request)?, Strategy::Fetch)
    }

    async fn visible(&self, request: &ListRequest<'_>) -> Result<Visible, Refusal> {
        let asking = self.ask(request.until);
        let known = self.known(asking, request.caller.user, &request.freshness);
        let known = known.await?;
        let reach = Reach::of(request.caller.user, &known.facts);
        let window = self.served(asking, &reach, request).await?;
        let candidates = facts::candidates(&reach, window);
        let age = asking.age(self.clock.now());
        Ok(Visible::found(request, Strategy::Fetch, asking, age, candidates).knowing(known))
    }

    async fn rights(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
        freshness: &ConsistencyToken,
    ) -> Result<Judged, Refusal> {
        // A system may have been changed, since the grants were asked for, by somebody who knew
        // that one of them was revoked. What is kept with them is asked for at once, as in a decision.
        let kept = systems.iter().map(|(_, kept)| kept);
        let freshness = kept.fold(freshness.clone(), ConsistencyToken::merged);
        let user = visible.caller.user;
        let mut facts = if visible.known.covers(&freshness) {
            visible.known.facts.clone()
        } else {
            let known = self.known(visible.asking, user, &freshness).await?;
            known.facts
        };
        let ids: BTreeSet<_> = systems.iter().map(|(system, _)| system.location).collect();
        let locations = self.locations(visible.asking, &ids, &facts, &freshness);
        let locations = locations.await?;
        let rights = systems.iter().map(|(system, _)| {
            facts.location = locations.get(&system.location).cloned();
            Rights::of(user, system.location, visible.at, &facts, None)
        });
        Ok(Judged {
            rights: rights.collect::<Result<_, Cause>>()?,
            as_of: freshness,
        })
    }
}
