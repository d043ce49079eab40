//! How replicate comes by facts: it reads what is kept, if that is fresh enough.
//!
//! Everything here can be asked by employments that were told, instead of those that are kept: that is
//! [combine](crate::authorization::combine).

use std::collections::BTreeMap;

use access::{Employment, LocationId, UserId};
use jiff::{SignedDuration, Timestamp};
use outbox::ConsistencyToken;

use super::Replicate;
use crate::authorization::asking::Asking;
use crate::authorization::findings::Findings;
use crate::authorization::{
    AuthorizationRequest, Cause, Judged, ListRequest, Rights, Strategy, Visible,
};
use crate::domain::System;
use crate::store::StoreError;
use crate::store::replica::Bearing;

impl Replicate {
    /// What bears on a decision, if it is fresh enough.
    pub(in crate::authorization) async fn find_out(
        &self,
        request: &AuthorizationRequest<'_>,
        told: Option<&[Employment]>,
    ) -> Result<Findings, Cause> {
        let (user, at) = (request.caller.user, [request.location()]);
        let asking = self.ask(request.until);
        let bearing = self.bearing(user, told, &at, &request.freshness, asking);
        let (as_of, bearing) = bearing.await?;
        let age = self.age(bearing.as_of)?;
        self.bounds.hold(request.operation, age)?;
        let mut facts = bearing.facts;
        facts.location = bearing.locations.into_iter().next();
        Ok(Findings {
            facts,
            unknown: bearing.concerned.then(parked),
            as_of,
            age,
            kept: age,
            bounds: self.bounds.clone(),
        })
    }

    /// A page of what may be viewed, with what bears on it, if that is fresh enough and all there is. What was told is
    /// so old.
    pub(in crate::authorization) async fn list(
        &self,
        request: &ListRequest<'_>,
        by: Strategy,
        told: Option<(&[Employment], SignedDuration)>,
    ) -> Result<Visible, Cause> {
        let asking = self.ask(request.until);
        let (employments, told_age) = told.unzip();
        let (user, after, limit) = (request.caller.user, request.after, request.limit);
        let store = &self.store;
        let read = || store.listing(user, employments, after, limit, &self.sources);
        let (as_of, listing) = self.at_least(&request.freshness, asking, read).await?;
        if listing.incomplete {
            return Err(parked());
        }
        let kept_age = self.age(listing.bearing.as_of)?;
        let age = told_age.map_or(kept_age, |told_age| told_age.max(kept_age));
        let read = (as_of, listing);
        Ok(Visible::read(request, by, asking, age, read))
    }

    /// What may be done to each of these systems, by what was read with them; or by what there is once that is as fresh
    /// as it has to be.
    pub(in crate::authorization) async fn judge(
        &self,
        visible: &Visible,
        systems: &[(System, ConsistencyToken)],
        freshness: &ConsistencyToken,
        told: Option<&[Employment]>,
    ) -> Result<Judged, Cause> {
        let (user, asking) = (visible.caller.user, visible.asking);
        let (as_of, bearing) = if let Some((as_of, read)) = visible.bearing(freshness) {
            (as_of.clone(), read.clone())
        } else {
            let at: Vec<_> = systems.iter().map(|(system, _)| system.location).collect();
            let bearing = self.bearing(user, told, &at, freshness, asking);
            bearing.await?
        };
        let (kept, unknown) = (self.age(bearing.as_of)?, bearing.concerned.then(parked));
        let locations = bearing.locations.into_iter();
        let locations: BTreeMap<_, _> = locations.map(|found| (found.id, found)).collect();
        let mut facts = bearing.facts;
        let rights = systems.iter().map(|(system, _)| {
            let at = system.location;
            facts.location = locations.get(&at).cloned();
            let rights = Rights::of(user, at, visible.at, &facts, unknown.as_ref())?;
            Ok(rights.map(|rights| rights.within(&self.bounds, kept)))
        });
        Ok(Judged {
            rights: rights.collect::<Result<_, Cause>>()?,
            as_of,
        })
    }

    /// What bears on a user at these locations, once it is as fresh as it has to be.
    async fn bearing(
        &self,
        user: UserId,
        told: Option<&[Employment]>,
        at: &[LocationId],
        freshness: &ConsistencyToken,
        asking: Asking,
    ) -> Result<(ConsistencyToken, Bearing), Cause> {
        let read = || self.store.bearing(user, told, at, &self.sources);
        self.at_least(freshness, asking, read).await
    }

    /// What is read once it is as fresh as it has to be, and how fresh it is.
    async fn at_least<T, Reading>(
        &self,
        freshness: &ConsistencyToken,
        asking: Asking,
        read: impl Fn() -> Reading,
    ) -> Result<(ConsistencyToken, T), Cause>
    where
        Reading: Future<Output = Result<(ConsistencyToken, T), StoreError>>,
    {
        let left = asking.left();
        self.inbox.read_at_least(freshness, left, read).await
    }

    /// How old what is kept is at most: as old as what is kept of the source that is the latest.
    fn age(&self, as_of: Option<Timestamp>) -> Result<SignedDuration, Cause> {
        let unheard = || Cause("of a source of facts nothing was heard yet".to_owned());
        let age = self.clock.now().duration_since(as_of.ok_or_else(unheard)?);
        Ok(age.max(SignedDuration::ZERO))
    }
}

fn parked() -> Cause {
    Cause("a message that could not be applied may matter".to_owned())
}
