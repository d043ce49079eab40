//! **Provide**: decide from what the token brings, which iam-service put there when it issued it.
//!
//! ```text
//!   caller                iam-service                 security-system-service
//!     │  sign in, refresh      │                                │
//!     ├───────────────────────▶│ gather: employments, roles,    │
//!     │                        │ schedules, and where else      │
//!     │                        │ they reach                     │
//!     │◀─ token with claims ───┤                                │
//!     │  PUT disarm, with the token                             │
//!     ├────────────────────────────────────────────────────────▶│ load system, version, freshness
//!     │                                                         │ read the claims
//!     │                                                         │ decide: disarm, and view
//!     │                                       200 | 403 | 404   │ save if still that version
//!     │◀────────────────────────────────────────────────────────┤
//! ```
//!
//! Nobody is asked, nothing is kept. The price is paid in age: what was revoked goes on to count until the
//! token ends. So the token says how far each source had come, and where the caller, or the system, knows of
//! more, it is of no use; nor is it where there was no room for all facts in it, or an owner was silent when it was
//! issued. Then another strategy decides, which is configured and looks at facts as they are now:
//! [`Authorizers::deciding`](super::Authorizers::deciding).
//!
//! A list needs nothing else: the token names the customers and the locations to look at.

use outbox::ConsistencyToken;

use super::asking::Asking;
use super::findings::Findings;
use super::{
    AuthorizationRequest, Authorizer, Cause, Judged, ListRequest, Permit, Refusal, Rights,
    Strategy, Visible,
};
use crate::domain::System;

/// Decides from facts that the token brings.
#[derive(Debug, Clone, Copy)]
pub struct Provide;

impl Authorizer for Provide {
    async fn authorize(&self, request: &AuthorizationRequest<'_>) -> Result<Permit, Refusal> {
        let (told, user) = (&request.caller.facts, request.caller.user);
        told.suffice(&request.freshness)?;
        let facts = request.system.map(|system| told.facts(user, system));
        let findings = Findings::now(
            facts.transpose()?.unwrap_or_default(),
            told.as_of(),
            told.age(),
        );
        Permit::mint(request, findings.judge(request)?, Strategy::Provide)
    }

    async fn visible(&self, request: &ListRequest<'_>) -> Result<Visible, Refusal> {
        let told = &request.caller.facts;
        told.suffice(&request.freshness)?;
        let nobody = Asking::begin(request.at, request.until);
        let (by, age) = (Strategy::Provide, told.age());
        let candidates = told.candidates()?;
        Ok(Visible::found(request, by, nobody, age, candidates))
    }

    async fn rights(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
        freshness: &ConsistencyToken,
    ) -> Result<Judged, Refusal> {
        let (told, user) = (&visible.caller.facts, visible.caller.user);
        told.suffice(freshness)?;
        let rights = systems.iter().map(|(system, _)| {
            let facts = told.facts(user, system)?;
            Rights::of(user, system.location, visible.at, &facts, None)
        });
        Ok(Judged {
            rights: rights.collect::<Result<_, Cause>>()?,
            as_of: told.as_of(),
        })
    }
}
