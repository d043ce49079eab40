//! What could be found out, and what could not.

use access::{Facts, Operation};
use jiff::SignedDuration;
use outbox::ConsistencyToken;

use super::judgement::Judgement;
use super::{AuthorizationRequest, Bounds, Cause, Rights};

/// What is known of a user and a location.
#[derive(Debug, Clone)]
pub(super) struct Findings {
    /// The facts that are known.
    pub(super) facts: Facts,
    /// Why there may be more, if there may.
    pub(super) unknown: Option<Cause>,
    /// How far their sources had come.
    pub(super) as_of: ConsistencyToken,
    /// How old the facts are at most.
    pub(super) age: SignedDuration,
    /// How old those are at most that are kept here.
    pub(super) kept: SignedDuration,
    /// How old these may be.
    pub(super) bounds: Bounds,
}

impl Findings {
    /// Everything, as it was found out for this decision, so long ago at most.
    pub(super) const fn now(facts: Facts, as_of: ConsistencyToken, age: SignedDuration) -> Self {
        Self {
            facts,
            unknown: None,
            as_of,
            age,
            kept: SignedDuration::ZERO,
            bounds: Bounds::NONE,
        }
    }

    /// Notes that a source of facts told nothing. What is known from others may still be a proof, however
    /// much was said by that source which the caller or the system knows of: those who did answer were
    /// each as fresh as they had to be, and an answer more could only add.
    ///
    /// Only nobody can change a system who knows more of the silent source than is kept with the system.
    /// Kept as well, it might be a claim which no source ever meets; not kept, whoever was revoked by what
    /// the caller knows of might undo the change, by facts that are older.
    pub(super) fn lack(
        &mut self,
        source: &str,
        cause: Cause,
        request: &AuthorizationRequest<'_>,
    ) -> Result<(), Cause> {
        let looks = request.operation == Operation::View;
        if !looks && request.freshness.get(source) > request.kept.get(source) {
            return Err(cause);
        }
        self.unknown.get_or_insert(cause);
        Ok(())
    }

    /// What follows from them.
    pub(super) fn judge(self, request: &AuthorizationRequest<'_>) -> Result<Judgement, Cause> {
        Ok(Judgement {
            rights: self.rights(request)?,
            age: self.age,
            as_of: self.as_of,
            policy_version: None,
        })
    }

    fn rights(&self, request: &AuthorizationRequest<'_>) -> Result<Option<Rights>, Cause> {
        let unknown = self.unknown.as_ref();
        let Some(system) = request.system else {
            return unknown.map_or(Ok(None), |cause| Err(cause.clone()));
        };
        let (user, location) = (request.caller.user, system.location);
        let rights = Rights::of(user, location, request.at, &self.facts, unknown)?;
        Ok(rights.map(|rights| rights.within(&self.bounds, self.kept)))
    }
}
