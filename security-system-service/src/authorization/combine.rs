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

use outbox::ConsistencyToken;

use super::findings::Findings;
use super::replicate::Replicate;
use super::{
    AuthorizationRequest, Authorizer, Cause, Judged, ListRequest, Permit, Refusal, Strategy,
    Visible,
};
use crate::domain::System;

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

    async fn find_out(&self, request: &AuthorizationRequest<'_>) -> Result<Findings, Cause> {
        let caller = request.caller;
        caller.facts.employed(&request.freshness)?;
        let employments = caller.facts.employments(caller.user)?;
        let found = self.own.find_out(request, Some(&employments)).await?;
        Ok(Findings {
            age: found.age.max(caller.facts.age()),
            as_of: found.as_of.common(&caller.facts.as_of()),
            ..found
        })
    }
}

impl Authorizer for Combine {
    async fn authorize(&self, request: &AuthorizationRequest<'_>) -> Result<Permit, Refusal> {
        let findings = self.find_out(request).await?;
        Permit::mint(request, findings.judge(request)?, Strategy::Combine)
    }

    async fn visible(&self, request: &ListRequest<'_>) -> Result<Visible, Refusal> {
        let caller = request.caller;
        caller.facts.employed(&request.freshness)?;
        let employments = caller.facts.employments(caller.user)?;
        let told = Some((employments.as_slice(), caller.facts.age()));
        Ok(self.own.list(request, Strategy::Combine, told).await?)
    }

    async fn rights(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
        freshness: &ConsistencyToken,
    ) -> Result<Judged, Refusal> {
        let caller = &visible.caller;
        caller.facts.employed(freshness)?;
        let employments = caller.facts.employments(caller.user)?;
        let judged = self
            .own
            .judge(visible, systems, freshness, Some(&employments));
        let judged = judged.await?;
        Ok(Judged {
            as_of: judged.as_of.common(&caller.facts.as_of()),
            ..judged
        })
    }
}
