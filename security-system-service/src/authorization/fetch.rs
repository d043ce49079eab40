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
//!     │                       ├──────────────────────────┼───────────────▶│ (only for people
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

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use access::{Facts, Location, LocationId, Organization, Reach, UserId};
use chassis::clock::Clock;
use outbox::ConsistencyToken;

use super::asking::Asking;
use super::findings::Findings;
use super::visible::{Known, dealer, organizations, provider};
use super::{
    AuthorizationRequest, Authorizer, Cause, ListRequest, Permit, Refusal, Rights, Strategy,
    Visible,
};
use crate::domain::System;
use crate::owners::customers::Window;
use crate::owners::{Owners, dealers, monitoring};

/// Decides from facts that are asked for now.
#[derive(Debug)]
pub struct Fetch {
    owners: Arc<Owners>,
    clock: Arc<dyn Clock>,
    deadline: Duration,
}

impl Fetch {
    /// Asks these owners, who have so long for all that a decision needs.
    #[must_use]
    pub fn new(owners: Arc<Owners>, clock: Arc<dyn Clock>, deadline: Duration) -> Self {
        Self {
            owners,
            clock,
            deadline,
        }
    }

    fn ask(&self) -> Asking {
        Asking::begin(self.clock.now(), self.deadline)
    }
}

impl Authorizer for Fetch {
    async fn authorize(&self, request: &AuthorizationRequest<'_>) -> Result<Permit, Refusal> {
        let findings = self.find_out(request).await?;
        Permit::mint(request, &findings, Strategy::Fetch)
    }

    async fn visible(&self, request: &ListRequest<'_>) -> Result<Visible, Refusal> {
        let asking = self.ask();
        let known = self.known(asking, request.caller.user, &request.freshness);
        let known = known.await?;
        let reach = Reach::of(request.caller.user, &known.facts);
        let window = self.served(asking, &reach, request).await?;
        let asked = (asking, asking.age(self.clock.now()));
        Ok(Visible::told(request, asked, known, &reach, window))
    }

    async fn rights(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
    ) -> Result<Vec<Option<Rights>>, Refusal> {
        let tokens = systems.iter().map(|(_, freshness)| freshness);
        let freshness = tokens.fold(visible.freshness.clone(), ConsistencyToken::merged);
        // A system may have been changed, since the grants were asked for, by somebody who knew
        // that one of them was revoked.
        let mut facts = if visible.known.covers(&freshness) {
            visible.known.facts.clone()
        } else {
            let known = self.known(visible.asking, visible.user, &freshness).await?;
            known.facts
        };
        let ids: BTreeSet<_> = systems.iter().map(|(system, _)| system.location).collect();
        let locations = self.locations(visible.asking, &ids, &facts, &freshness);
        let locations = locations.await?;
        let rights = systems.iter().map(|(system, _)| {
            facts.location = locations.get(&system.location).cloned();
            Rights::of(visible.user, system.location, visible.at, &facts, None)
        });
        Ok(rights.collect::<Result<_, Cause>>()?)
    }
}

impl Fetch {
    /// What bears on a decision, from all owners at once, and whom the location's dealer appointed
    /// where the answer depends on it.
    async fn find_out(&self, request: &AuthorizationRequest<'_>) -> Result<Findings, Cause> {
        let (owners, freshness) = (&self.owners, &request.freshness);
        let user = request.caller.user;
        let at = request.system.map(|system| system.location);
        let asking = self.ask();
        let (customers, dealers, monitoring) = tokio::join!(
            asking.answer(owners.customers.facts(user, at, freshness)),
            asking.answer(owners.dealers.facts(user, at, freshness)),
            asking.answer(owners.monitoring.facts(user, at, freshness)),
        );
        let mut findings = Findings {
            // Without the location nothing proves anything.
            facts: customers?,
            unknown: None,
            age: asking.age(self.clock.now()),
        };
        for (owner, told) in [(dealers::NAME, dealers), (monitoring::NAME, monitoring)] {
            match told {
                Ok(granted) => {
                    findings.facts.employments.extend(granted.employments);
                    findings.facts.teams.extend(granted.teams);
                }
                Err(cause) => findings.lack(owner, cause, freshness)?,
            }
        }
        let mut location = findings.facts.location.take();
        let here = location.iter_mut();
        if let Err(cause) = self.appoint(asking, here, &findings.facts, freshness).await {
            findings.lack(dealers::NAME, cause, freshness)?;
        }
        findings.facts.location = location;
        findings.age = asking.age(self.clock.now());
        Ok(findings)
    }

    /// All that is granted to a user.
    async fn known(
        &self,
        asking: Asking,
        user: UserId,
        freshness: &ConsistencyToken,
    ) -> Result<Known, Cause> {
        let owners = &self.owners;
        let (customers, dealers, monitoring) = tokio::join!(
            asking.answer(owners.customers.facts_of_user(user, freshness)),
            asking.answer(owners.dealers.facts_of_user(user, freshness)),
            asking.answer(owners.monitoring.facts_of_user(user, freshness)),
        );
        let mut facts = Facts::default();
        let mut as_of = ConsistencyToken::new();
        for told in [customers, dealers, monitoring] {
            let (granted, position) = told?;
            facts.employments.extend(granted.employments);
            facts.teams.extend(granted.teams);
            as_of.merge(&position);
        }
        Ok(Known { facts, as_of })
    }

    /// The next of the locations within reach by an appointment.
    async fn served(
        &self,
        asking: Asking,
        reach: &Reach,
        request: &ListRequest<'_>,
    ) -> Result<Window, Cause> {
        let ListRequest {
            after, freshness, ..
        } = request;
        let providers = organizations(reach, provider).collect();
        let served = self.owners.dealers.served(&providers, freshness);
        let mut dealers = asking.answer(served).await?;
        dealers.extend(organizations(reach, dealer));
        let locations = self.owners.customers.served(&dealers, *after, freshness);
        asking.answer(locations).await
    }

    /// These locations, with all appointments that matter to somebody of whom this is known.
    async fn locations(
        &self,
        asking: Asking,
        ids: &BTreeSet<LocationId>,
        facts: &Facts,
        freshness: &ConsistencyToken,
    ) -> Result<BTreeMap<LocationId, Location>, Cause> {
        let found = self.owners.customers.locations(ids, freshness);
        let mut found = asking.answer(found).await?;
        self.appoint(asking, found.values_mut(), facts, freshness)
            .await?;
        Ok(found)
    }

    /// Completes locations by the providers whom their dealers appointed: one hop more, made for
    /// nobody but the employees of providers.
    async fn appoint(
        &self,
        asking: Asking,
        locations: impl Iterator<Item = &mut Location>,
        facts: &Facts,
        freshness: &ConsistencyToken,
    ) -> Result<(), Cause> {
        let mut employers = facts.employments.iter().map(|held| held.organization);
        if !employers.any(|employer| matches!(employer, Organization::Provider(_))) {
            return Ok(());
        }
        let mut locations: Vec<_> = locations.collect();
        let dealers = locations.iter().filter_map(|at| at.dealer).collect();
        let providers = self.owners.dealers.providers(&dealers, freshness);
        let providers = asking.answer(providers).await?;
        for location in &mut locations {
            let dealer = location.dealer.as_ref();
            location.provider = dealer.and_then(|dealer| providers.get(dealer)).copied();
        }
        Ok(())
    }
}
