//! The rule, read aloud.

use std::collections::BTreeSet;

use access::{LocationId, Operation, Path, SystemRole, UserId};
use jiff::Timestamp;
use uuid::Uuid;

use super::{Employed, Model, Site};
use crate::{Answer, Grant, Missing, Roles};

/// A place where an employment may hold roles that matter: the way there, what it is, the roles.
type Place<'a> = (Path, Uuid, Roles, &'a Employed);

impl Model {
    /// May this user do this to the system at this location, at this instant?
    #[must_use]
    pub fn answer(
        &self,
        user: UserId,
        operation: Operation,
        location: LocationId,
        at: Timestamp,
    ) -> Answer {
        let Some(site) = self.sites.iter().find(|site| site.id == location) else {
            return Answer::Hidden;
        };
        let places = self.places(user, site);
        let anything = [SystemRole::Viewer, SystemRole::Armer, SystemRole::Disarmer];
        if grants(&places, &anything, None).is_empty() {
            return Answer::Hidden;
        }
        let needed = match operation {
            Operation::View => return Answer::Allowed(grants(&places, &anything, None)),
            Operation::Arm => SystemRole::Armer,
            Operation::Disarm | Operation::Acknowledge => SystemRole::Disarmer,
        };
        let granted = grants(&places, &[needed], Some(at));
        if granted.is_empty() {
            Answer::Denied(closest_missing(&places, needed, at))
        } else {
            Answer::Allowed(granted)
        }
    }

    /// The locations whose systems this user may view.
    #[must_use]
    pub fn visible(&self, user: UserId) -> BTreeSet<LocationId> {
        let seen = |site: &&Site| {
            self.places(user, site)
                .iter()
                .any(|(_, _, roles, _)| !roles.is_empty())
        };
        self.sites.iter().filter(seen).map(|site| site.id).collect()
    }

    fn places(&self, user: UserId, site: &Site) -> Vec<Place<'_>> {
        let mut places = Vec::new();
        for person in self.people.iter().filter(|person| person.user == user) {
            let dealer = site.dealer;
            let provider = self.engagements.iter();
            let provider = provider
                .filter(|(by, _)| Some(*by) == dealer)
                .map(|(_, provider)| *provider)
                .next();
            let path = if person.employer == site.customer {
                places.push((
                    Path::Location,
                    site.id.as_uuid(),
                    at(&person.at, site.id),
                    person,
                ));
                Path::Customer
            } else if Some(person.employer) == dealer {
                Path::Dealer
            } else if Some(person.employer) == provider {
                Path::Provider
            } else {
                continue;
            };
            places.push((path, person.employer, person.roles.clone(), person));
            for crew in &self.crews {
                if crew.employer == person.employer && crew.members.contains(&person.id) {
                    let roles = at(&crew.at, site.id);
                    places.push((Path::Team, crew.id.as_uuid(), roles, person));
                }
            }
        }
        places
    }
}

fn at(roles: &[(LocationId, Roles)], location: LocationId) -> Roles {
    let mut roles = roles.iter();
    let here = roles.find(|(other, _)| *other == location);
    here.map(|(_, roles)| roles.clone()).unwrap_or_default()
}

/// With an instant, only what counts then.
fn grants(places: &[Place<'_>], needed: &[SystemRole], when: Option<Timestamp>) -> BTreeSet<Grant> {
    let mut grants = BTreeSet::new();
    for (path, at, roles, person) in places {
        for role in needed {
            if roles.contains(role) && when.is_none_or(|when| !is_closed(person, when)) {
                grants.insert(Grant {
                    path: *path,
                    role: *role,
                    at: *at,
                    employee: person.id,
                });
            }
        }
    }
    grants
}

fn closest_missing(places: &[Place<'_>], role: SystemRole, when: Timestamp) -> Option<Missing> {
    let order = [
        Path::Location,
        Path::Customer,
        Path::Dealer,
        Path::Provider,
        Path::Team,
    ];
    let mut best: Option<((usize, usize, Uuid, Uuid), Missing)> = None;
    for (path, at, roles, person) in places {
        let closed = is_closed(person, when);
        let missing = usize::from(!roles.contains(&role)) + usize::from(closed);
        let place = order.iter().position(|other| other == path)?;
        let rank = (missing, place, person.id.as_uuid(), *at);
        if best.as_ref().is_none_or(|(other, _)| rank < *other) {
            let same = places
                .iter()
                .filter(|(_, _, _, other)| other.id == person.id);
            let missing = Missing {
                path: *path,
                role,
                at: *at,
                employee: person.id,
                held: same.flat_map(|(_, _, roles, _)| roles.clone()).collect(),
                closed,
            };
            best = Some((rank, missing));
        }
    }
    best.map(|(_, missing)| missing)
}

fn is_closed(person: &Employed, when: Timestamp) -> bool {
    person
        .hours
        .as_ref()
        .is_some_and(|hours| !hours.contain(when))
}
