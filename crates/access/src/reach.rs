//! The inverse of the rule for `view`: not *may they see this*, but *what may they see*.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Facts, Location, LocationId, Organization, SystemRole, UserId};

/// What a user may view, in a form that a database can search by.
///
/// `Reach::of(user, facts).covers(location)` says the same as [`decide`](crate::decide) for
/// [`View`](crate::Operation::View): a law, tested as one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Organizations at which a role is held: everything of theirs is seen.
    pub organizations: BTreeSet<Organization>,
    /// Locations at which a role is held, by the organization that grants it: seen while that
    /// organization is an ancestor of the location.
    pub locations: BTreeMap<Organization, BTreeSet<LocationId>>,
}

impl Reach {
    /// All that the user may view as far as these facts tell. `facts.location` has no part in it.
    #[must_use]
    pub fn of(user: UserId, facts: &Facts) -> Self {
        let mut reach = Self::default();
        for employment in facts
            .employments
            .iter()
            .filter(|employment| employment.user == user)
        {
            let organization = employment.organization;
            if !employment.roles.is_empty() {
                reach.organizations.insert(organization);
            }
            if matches!(organization, Organization::Customer(_)) {
                reach.add(organization, &employment.location_roles);
            }
            let teams = facts
                .teams
                .iter()
                .filter(|team| team.organization == organization);
            for team in teams.filter(|team| team.members.contains(&employment.id)) {
                reach.add(organization, &team.roles);
            }
        }
        reach
    }

    /// Whether the systems at this location may be viewed.
    #[must_use]
    pub fn covers(&self, location: &Location) -> bool {
        location.ancestors().any(|organization| {
            self.organizations.contains(&organization)
                || self
                    .locations
                    .get(&organization)
                    .is_some_and(|locations| locations.contains(&location.id))
        })
    }

    fn add(
        &mut self,
        organization: Organization,
        roles: &BTreeMap<LocationId, BTreeSet<SystemRole>>,
    ) {
        let held = roles.iter().filter(|(_, roles)| !roles.is_empty());
        let held: BTreeSet<LocationId> = held.map(|(location, _)| *location).collect();
        if !held.is_empty() {
            self.locations.entry(organization).or_default().extend(held);
        }
    }
}
