//! What could be found out, and what could not.

use access::Facts;
use jiff::SignedDuration;
use outbox::ConsistencyToken;

use super::{AuthorizationRequest, Cause, Rights};

/// What is known of a user and a location.
#[derive(Debug, Clone)]
pub(super) struct Findings {
    /// The facts that are known.
    pub(super) facts: Facts,
    /// Why there may be more, if there may.
    pub(super) unknown: Option<Cause>,
    /// How old the facts are at most.
    pub(super) age: SignedDuration,
}

impl Findings {
    /// Notes that a source of facts told nothing. What is known from others may still be a proof: only
    /// not where that very source was required to be so fresh, since then an answer that it has no
    /// part in would be older than what the caller knows of.
    pub(super) fn lack(
        &mut self,
        source: &str,
        cause: Cause,
        required: &ConsistencyToken,
    ) -> Result<(), Cause> {
        if required.get(source).is_some() {
            return Err(cause);
        }
        self.unknown.get_or_insert(cause);
        Ok(())
    }

    /// What the caller may do; nothing, if they may not view the system, or there is none.
    pub(super) fn rights(
        &self,
        request: &AuthorizationRequest<'_>,
    ) -> Result<Option<Rights>, Cause> {
        let unknown = self.unknown.as_ref();
        match request.system {
            Some(system) => Rights::of(
                request.caller.user,
                system.location,
                request.at,
                &self.facts,
                unknown,
            ),
            None => unknown.map_or(Ok(None), |cause| Err(cause.clone())),
        }
    }
}
