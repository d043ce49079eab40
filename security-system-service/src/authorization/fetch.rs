//! **Fetch**: ask the owners of the facts, on every request.
//!
//! ```text
//!   caller             security-system-service                    customer-service
//!     │  PUT disarm             │                                        │
//!     ├────────────────────────▶│ load system, version, freshness        │
//!     │                         │      POST /facts/decision              │
//!     │                         ├───────────────────────────────────────▶│
//!     │                         │  { userId, locationId }, machine token │ one transaction
//!     │                         │◀───────────────────────────────────────┤
//!     │                         │  location, employments, teams          │
//!     │                         │ decide: disarm, and view               │
//!     │        200 | 403 | 404  │ save if still that version             │
//!     │◀────────────────────────┤
//! ```
//!
//! Nothing is kept, so nothing is stale. The price is paid in availability and time: while an owner
//! is silent nothing can be decided (503), and every request waits for the slowest of them.
//!
//! A list asks the inverse question: first what the caller's employments and teams reach
//! (`/facts/user`), then for the locations of one page of what the store finds there
//! (`/facts/locations`). Two calls for a page, however many systems are on it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use access::UserId;
use chassis::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use outbox::ConsistencyToken;
use tokio::time::timeout;

use super::visible::Known;
use super::{
    AuthorizationRequest, Authorizer, Caller, Cause, Permit, Refusal, Rights, Strategy, Visible,
};
use crate::customer_service::CustomerService;
use crate::domain::System;

/// Decides from facts that are asked for now.
#[derive(Debug)]
pub struct Fetch {
    customers: Arc<CustomerService>,
    clock: Arc<dyn Clock>,
    deadline: Duration,
}

impl Fetch {
    /// Asks this owner, who has so long for all that a decision needs.
    #[must_use]
    pub fn new(customers: Arc<CustomerService>, clock: Arc<dyn Clock>, deadline: Duration) -> Self {
        Self {
            customers,
            clock,
            deadline,
        }
    }

    async fn known(&self, user: UserId, freshness: &ConsistencyToken) -> Result<Known, Cause> {
        let told = self.customers.facts_of_user(user, freshness);
        let ((facts, as_of), age) = self.ask(told).await?;
        Ok(Known {
            facts,
            as_of,
            age,
            strategy: Strategy::Fetch,
        })
    }

    /// The facts, if they come in time, and how old they are at most.
    async fn ask<T>(
        &self,
        facts: impl Future<Output = Result<T, Cause>>,
    ) -> Result<(T, SignedDuration), Cause> {
        let asked = self.clock.now();
        match timeout(self.deadline, facts).await {
            Ok(facts) => Ok((facts?, self.clock.now().duration_since(asked))),
            Err(_) => Err(Cause("the owners of facts take too long".to_owned())),
        }
    }
}

impl Authorizer for Fetch {
    async fn authorize(&self, request: &AuthorizationRequest<'_>) -> Result<Permit, Refusal> {
        let (user, location) = (
            request.caller.user,
            request.system.map(|system| system.location),
        );
        let facts = self.customers.facts(user, location, &request.freshness);
        let (facts, age) = self.ask(facts).await?;
        let rights = location.and_then(|at| Rights::of(user, at, request.at, &facts));
        Permit::mint(request, rights, Strategy::Fetch, age)
    }

    async fn visible(
        &self,
        caller: &Caller,
        at: Timestamp,
        freshness: &ConsistencyToken,
    ) -> Result<Visible, Refusal> {
        let known = self.known(caller.user, freshness).await?;
        Ok(Visible::new(caller.user, at, freshness.clone(), known))
    }

    async fn rights(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
    ) -> Result<Vec<Option<Rights>>, Refusal> {
        let known = systems.iter().map(|(_, freshness)| freshness);
        let freshness = known.fold(visible.freshness.clone(), ConsistencyToken::merged);
        let ids: BTreeSet<_> = systems.iter().map(|(system, _)| system.location).collect();
        let (locations, _) = self.ask(self.customers.locations(&ids, &freshness)).await?;
        // A system may have been changed, since the grants were asked for, by somebody who knew
        // that one of them was revoked.
        let mut facts = if visible.known.covers(&freshness) {
            visible.known.facts.clone()
        } else {
            self.known(visible.user, &freshness).await?.facts
        };
        let rights = systems.iter().map(|(system, _)| {
            facts.location = locations.get(&system.location).cloned();
            Rights::of(visible.user, system.location, visible.at, &facts)
        });
        Ok(rights.collect())
    }
}
