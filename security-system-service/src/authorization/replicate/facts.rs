//! How replicate comes by facts: it reads what is kept, if that is fresh enough.

use jiff::{SignedDuration, Timestamp};
use outbox::ConsistencyToken;

use super::Replicate;
use crate::authorization::asking::Asking;
use crate::authorization::findings::Findings;
use crate::authorization::{AuthorizationRequest, Cause};
use crate::store::StoreError;

impl Replicate {
    /// What bears on a decision, if it is fresh enough.
    pub(super) async fn find_out(
        &self,
        request: &AuthorizationRequest<'_>,
    ) -> Result<Findings, Cause> {
        let at = [request.location()];
        let user = request.caller.user;
        let read = || self.store.replicated(user, &at, &self.sources);
        let replicated = self.at_least(&request.freshness, self.ask(), read).await?;
        let age = self.age(replicated.as_of)?;
        self.bounds.hold(request.operation, age)?;
        let mut facts = replicated.facts;
        facts.location = replicated.locations.into_iter().next();
        Ok(Findings {
            facts,
            unknown: replicated.concerned.then(parked),
            age,
            kept: age,
            bounds: self.bounds.clone(),
        })
    }

    /// What is read once it is as fresh as it has to be.
    pub(in crate::authorization) async fn at_least<T, Reading>(
        &self,
        freshness: &ConsistencyToken,
        asking: Asking,
        read: impl Fn() -> Reading,
    ) -> Result<T, Cause>
    where
        Reading: Future<Output = Result<(ConsistencyToken, T), StoreError>>,
    {
        let left = asking.left();
        self.inbox.read_at_least(freshness, left, read).await
    }

    /// How old what is kept is at most: as old as what is kept of the source that is the latest.
    pub(in crate::authorization) fn age(
        &self,
        as_of: Option<Timestamp>,
    ) -> Result<SignedDuration, Cause> {
        let unheard = || Cause("of a source of facts nothing was heard yet".to_owned());
        let age = self.clock.now().duration_since(as_of.ok_or_else(unheard)?);
        Ok(age.max(SignedDuration::ZERO))
    }
}

pub(in crate::authorization) fn parked() -> Cause {
    Cause("a message that could not be applied may matter".to_owned())
}
