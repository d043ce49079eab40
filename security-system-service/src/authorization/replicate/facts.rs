//! How replicate comes by facts: it reads what is kept, if that is fresh enough.

use access::{Facts, Operation};
use jiff::SignedDuration;
use outbox::ConsistencyToken;

use super::Replicate;
use crate::authorization::asking::Asking;
use crate::authorization::findings::Findings;
use crate::authorization::{AuthorizationRequest, Cause};
use crate::store::replica::Kept;

impl Replicate {
    /// What bears on a decision, if it is fresh enough.
    pub(super) async fn find_out(
        &self,
        request: &AuthorizationRequest<'_>,
    ) -> Result<Findings, Cause> {
        let age = self.reach(self.ask(), &request.freshness).await?;
        self.bounded(request.operation, age)?;
        let at = request.system.map(|system| system.location);
        let kept = self.store.kept(request.caller.user, at.as_slice()).await?;
        let mut facts = facts(&kept);
        facts.location = kept.locations.into_iter().next();
        Ok(Findings {
            facts,
            unknown: kept.concerned.then(parked),
            age,
        })
    }

    /// Waits until what is kept is as fresh as it has to be. Then tells how old it is at most: as old as
    /// what is kept of the source that is the latest. Told before the facts are read, which can only be younger.
    pub(super) async fn reach(
        &self,
        asking: Asking,
        freshness: &ConsistencyToken,
    ) -> Result<SignedDuration, Cause> {
        let reached = self.inbox.wait_for(freshness, asking.left()).await;
        reached.map_err(|not_yet| Cause(not_yet.to_string()))?;
        let mut oldest = SignedDuration::ZERO;
        for source in &self.sources {
            let age = self.inbox.age(source, self.clock.now()).await;
            let age = age.map_err(|error| Cause(error.to_string()))?;
            let unheard = || Cause(format!("nothing was heard of {source} yet"));
            oldest = oldest.max(age.ok_or_else(unheard)?);
        }
        Ok(oldest)
    }

    fn bounded(&self, operation: Operation, age: SignedDuration) -> Result<(), Cause> {
        let bound = self.bounds.of(operation).0;
        if age <= bound {
            return Ok(());
        }
        Err(Cause(format!(
            "the facts are {age:#} old, and {bound:#} is the most"
        )))
    }
}

/// What was kept, save where.
pub(super) fn facts(kept: &Kept) -> Facts {
    Facts {
        location: None,
        employments: kept.employments.clone(),
        teams: kept.teams.clone(),
    }
}

pub(super) fn parked() -> Cause {
    Cause("a message that could not be applied may matter".to_owned())
}
