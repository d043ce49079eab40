//! From facts, as their owners tell them, to a claim.

use std::collections::{BTreeMap, BTreeSet};

use access::{Employment, Facts, Location, LocationId, Organization, SystemRole};
use outbox::ConsistencyToken;

use crate::{At, Claims, Held, Reached, Version};

impl Claims {
    /// What follows from one person's employments and their teams, where these are the locations at which a team of theirs holds
    /// a role, or an employer of theirs was appointed, with all appointments; nothing, where those are [too
    /// many](crate::MOST_LOCATIONS).
    ///
    /// What a customer's employee may do at all locations of the customer is not written down location by
    /// location: whose location it is, whoever keeps the system knows.
    #[must_use]
    pub fn gathered(
        facts: &Facts,
        locations: Option<&[Location]>,
        facts_at: ConsistencyToken,
        age_ms: u64,
    ) -> Self {
        Self {
            facts_at,
            age_ms,
            reach: locations.map(|locations| reach(facts, locations)),
            employments: Some(facts.employments.iter().map(held).collect()),
            version: Version,
            unavailable: false,
            overflow: locations.is_none(),
        }
    }
}

/// Where the employments reach, of these locations.
fn reach(facts: &Facts, locations: &[Location]) -> Vec<Reached> {
    let reach = facts.employments.iter().flat_map(|employment| {
        let at = |location: &Location| (location.id, reached(employment, facts, location));
        let reached = grouped(locations.iter().map(at));
        reached.into_iter().map(|At { roles, locations }| Reached {
            employment: employment.id,
            roles,
            locations,
        })
    });
    reach.collect()
}

fn held(employment: &Employment) -> Held {
    let at = employment.location_roles.iter();
    Held {
        id: employment.id,
        organization: employment.organization,
        name: employment.organization_name.clone(),
        roles: employment.roles.clone(),
        location_roles: grouped(at.map(|(location, roles)| (*location, roles.clone()))),
        schedule: employment.schedule.clone(),
    }
}

/// The roles of an employment at a location where its organization has a say, save those that a customer grants
/// everywhere.
fn reached(employment: &Employment, facts: &Facts, location: &Location) -> BTreeSet<SystemRole> {
    let organization = employment.organization;
    if !location
        .ancestors()
        .any(|ancestor| ancestor == organization)
    {
        return BTreeSet::new();
    }
    let teams = facts.teams.iter();
    let teams = teams.filter(|team| team.organization == organization);
    let teams = teams.filter(|team| team.members.contains(&employment.id));
    let by_teams = teams.filter_map(|team| team.roles.get(&location.id));
    let by_appointment = match organization {
        Organization::Customer(_) => None,
        Organization::Dealer(_) | Organization::Provider(_) => Some(&employment.roles),
    };
    by_teams.chain(by_appointment).flatten().copied().collect()
}

/// Locations by the roles that are held there; where none is held, there is nothing to tell.
fn grouped(at: impl Iterator<Item = (LocationId, BTreeSet<SystemRole>)>) -> Vec<At> {
    let mut groups: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (location, roles) in at.filter(|(_, roles)| !roles.is_empty()) {
        groups.entry(roles).or_default().insert(location);
    }
    let groups = groups.into_iter();
    groups
        .map(|(roles, locations)| At { roles, locations })
        .collect()
}
