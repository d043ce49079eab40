//! **Combine**: what restricts a person from the token, the rest from own tables.
//!
//! ```text
//!   owners of facts   iam-service        security-system-service                  caller
//!     │ events, heartbeats │                      │                                 │
//!     ├───────────────────────────────────────────▶ keep: locations, dealers, teams │
//!     │                    ├── token: employments, roles, schedules ───────────────▶│
//!     │                                           │                     PUT disarm  │
//!     │                                           │◀─── with the token ─────────────┤
//!     │                                           │ load system, version, freshness │
//!     │                                           │ read the employments            │
//!     │                                           │ read: location, teams of these  │
//!     │                                           │ employments, up to where, as of │
//!     │                                           │ when; less than asked? wait, 503│
//!     │                                           │ too old to disarm by? 503       │
//!     │                                           │ decide: disarm, and view        │
//!     │                                           │ save if still that version      │
//!     │                                           │                200 | 403 | 404  │
//!     │                                           ├────────────────────────────────▶│
//! ```
//!
//! Who works for whom is little, whatever they may reach by it, so it fits into every token; where they reach is much, and
//! is kept here. So a token has room for people of a dealer with ten thousand locations. Each fact is as old as
//! where it comes from: employments as the token, the rest as events are late.
//!
//! Where the token does not tell its part, or not as fresh as it has to be, a live strategy decides, as under
//! [provide](super::provide); where what is kept is too old, nothing is decided, as under [replicate](super::replicate).

use std::collections::BTreeMap;

use access::{EmployeeId, Employment, Facts, LocationId, UserId};
use outbox::ConsistencyToken;

use super::asking::Asking;
use super::findings::Findings;
use super::replicate::{Replicate, parked};
use super::{
    AuthorizationRequest, Authorizer, Cause, ListRequest, Permit, Refusal, Rights, Strategy,
    Visible,
};
use crate::domain::System;
use crate::store::replica::Surroundings;

/// Decides from employments that the token brings, and from what is kept here of where these reach.
#[derive(Debug)]
pub struct Combine {
    own: Replicate,
}

impl Combine {
    /// With the tables that this strategy reads, as far and as old as it may.
    #[must_use]
    pub const fn new(own: Replicate) -> Self {
        Self { own }
    }

    /// Where these employments reach, of these locations, once it is as fresh as it has to be.
    async fn around(
        &self,
        user: UserId,
        employments: &[Employment],
        at: &[LocationId],
        freshness: &ConsistencyToken,
        asking: Asking,
    ) -> Result<Surroundings, Cause> {
        let own = &self.own;
        let ids: Vec<EmployeeId> = employments.iter().map(|held| held.id).collect();
        let read = || own.store.surroundings(user, &ids, at, &own.sources);
        own.at_least(freshness, asking, read).await
    }

    async fn find_out(&self, request: &AuthorizationRequest<'_>) -> Result<Findings, Cause> {
        let (own, caller) = (&self.own, request.caller);
        caller.facts.employed(&request.freshness)?;
        let employments = caller.facts.employments(caller.user)?;
        let (at, freshness) = ([request.location()], &request.freshness);
        let found = self.around(caller.user, &employments, &at, freshness, own.ask());
        let found = found.await?;
        let kept = own.age(found.as_of)?;
        own.bounds.hold(request.operation, kept)?;
        Ok(Findings {
            facts: Facts {
                location: found.locations.into_iter().next(),
                employments,
                teams: found.teams,
            },
            unknown: found.concerned.then(parked),
            age: kept.max(caller.facts.age()),
            kept,
            bounds: own.bounds.clone(),
        })
    }
}

impl Authorizer for Combine {
    async fn authorize(&self, request: &AuthorizationRequest<'_>) -> Result<Permit, Refusal> {
        let findings = self.find_out(request).await?;
        Permit::mint(request, findings.judge(request)?, Strategy::Combine)
    }

    async fn visible(&self, request: &ListRequest<'_>) -> Result<Visible, Refusal> {
        let (own, caller) = (&self.own, request.caller);
        caller.facts.employed(&request.freshness)?;
        let employments = caller.facts.employments(caller.user)?;
        let asking = own.ask();
        let (store, sources) = (&own.store, &own.sources);
        let read = || store.prospect_of(caller.user, &employments, sources);
        let prospect = own.at_least(&request.freshness, asking, read).await?;
        if prospect.concerned {
            return Err(parked().into());
        }
        let age = own.age(prospect.as_of)?.max(caller.facts.age());
        let (by, candidates) = (Strategy::Combine, prospect.candidates);
        Ok(Visible::found(request, by, asking, age, candidates))
    }

    async fn rights(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
    ) -> Result<Vec<Option<Rights>>, Refusal> {
        let (own, user) = (&self.own, visible.user);
        let freshness = visible.freshness_of(systems);
        visible.told.employed(&freshness)?;
        let employments = visible.told.employments(user)?;
        let ids: Vec<_> = systems.iter().map(|(system, _)| system.location).collect();
        let found = self.around(user, &employments, &ids, &freshness, visible.asking);
        let found = found.await?;
        let (kept, unknown) = (own.age(found.as_of)?, found.concerned.then(parked));
        let locations = found.locations.into_iter().map(|it| (it.id, it));
        let locations: BTreeMap<_, _> = locations.collect();
        let mut facts = Facts {
            location: None,
            employments,
            teams: found.teams,
        };
        let rights = systems.iter().map(|(system, _)| {
            facts.location = locations.get(&system.location).cloned();
            let rights = Rights::of(user, system.location, visible.at, &facts, unknown.as_ref())?;
            Ok(rights.map(|rights| rights.within(&own.bounds, kept)))
        });
        Ok(rights.collect::<Result<_, Cause>>()?)
    }
}
