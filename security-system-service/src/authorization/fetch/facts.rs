//! How fetch comes by facts: it asks.

use std::collections::{BTreeMap, BTreeSet};

use access::{Facts, Location, LocationId, Organization, Reach, UserId};
use outbox::ConsistencyToken;

use super::Fetch;
use crate::authorization::asking::Asking;
use crate::authorization::findings::Findings;
use crate::authorization::visible::Known;
use crate::authorization::{AuthorizationRequest, Candidates, Cause, ListRequest};
use crate::owners::customers::Window;
use crate::owners::{dealers, monitoring};

impl Fetch {
    /// What bears on a decision, from all owners at once, and whom the location's dealer appointed
    /// where the answer depends on it. What is kept with a system was confirmed by them, so they have come as far: they are asked
    /// for all of it at once, and nobody waits.
    pub(super) async fn find_out(
        &self,
        request: &AuthorizationRequest<'_>,
    ) -> Result<Findings, Cause> {
        let (owners, freshness) = (&self.owners, &request.all());
        let (user, at) = (request.caller.user, request.location());
        let asking = self.ask(request.until);
        let (customers, dealers, monitoring) = tokio::join!(
            asking.answer(owners.customers.facts(user, at, freshness)),
            asking.answer(owners.dealers.grantor().facts(user, at, freshness)),
            asking.answer(owners.monitoring.facts(user, at, freshness)),
        );
        // Without the location nothing proves anything.
        let mut findings =
            Findings::now(customers?, freshness.clone(), asking.age(self.clock.now()));
        for (owner, told) in [(dealers::NAME, dealers), (monitoring::NAME, monitoring)] {
            match told {
                Ok(granted) => {
                    findings.facts.employments.extend(granted.employments);
                    findings.facts.teams.extend(granted.teams);
                }
                Err(cause) => findings.lack(owner, cause, request)?,
            }
        }
        let mut location = findings.facts.location.take();
        let here = location.iter_mut();
        if let Err(cause) = self.appoint(asking, here, &findings.facts, freshness).await {
            findings.lack(dealers::NAME, cause, request)?;
        }
        findings.facts.location = location;
        findings.age = asking.age(self.clock.now());
        Ok(findings)
    }

    /// All that is granted to a user.
    pub(super) async fn known(
        &self,
        asking: Asking,
        user: UserId,
        freshness: &ConsistencyToken,
    ) -> Result<Known, Cause> {
        let owners = &self.owners;
        let (customers, dealers, monitoring) = tokio::join!(
            asking.answer(owners.customers.facts_of_user(user, freshness)),
            asking.answer(owners.dealers.grantor().facts_of_user(user, freshness)),
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
    pub(super) async fn served(
        &self,
        asking: Asking,
        reach: &Reach,
        request: &ListRequest<'_>,
    ) -> Result<Window, Cause> {
        let (after, freshness) = (request.after_location(), &request.freshness);
        let providers = organizations(reach, Organization::provider).collect();
        let served = self.owners.dealers.served(&providers, freshness);
        let mut dealers = asking.answer(served).await?;
        dealers.extend(organizations(reach, Organization::dealer));
        let locations = self.owners.customers.served(&dealers, after, freshness);
        asking.answer(locations).await
    }

    /// These locations, with all appointments that matter to somebody of whom this is known.
    pub(super) async fn locations(
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
    /// nobody but the employees of providers. For them always, also where there is no dealer, or no
    /// location.
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

/// Where to look for what is within reach: at the customers, and at the locations that this window shows or a role
/// is held at. Whether the organization that grants it has a say there is seen when the location is asked for.
pub(super) fn candidates(reach: &Reach, window: Window) -> Candidates {
    let mut locations = window.locations;
    locations.extend(reach.locations.values().flatten());
    Candidates {
        customers: organizations(reach, Organization::customer).collect(),
        locations,
        until: window.until,
        ..Candidates::default()
    }
}

/// The organizations of one kind at which a role is held.
fn organizations<T>(reach: &Reach, kind: fn(Organization) -> Option<T>) -> impl Iterator<Item = T> {
    reach.organizations.iter().copied().filter_map(kind)
}
