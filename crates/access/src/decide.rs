//! The rule.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{
    Decision, Employment, Facts, Grant, Location, Missing, Named, Operation, Organization, Outcome,
    Path, Question, Schedule, SystemRole,
};

/// Answers a question from facts: the one implementation of the rule.
///
/// ```text
/// ancestors(l) = { l, customer(l) } ∪ { dealer(l) if appointed } ∪ { provider(dealer(l)) if appointed }
///
/// grants(u, role, l) = { (e, x) : e is an active employment of u by an organization o ∈ ancestors(l),
///                                 and e holds role at x, where x = o, or x = l and o is its customer }
///                    ∪ { (e, t) : t is a team of an organization o ∈ ancestors(l), e is an active
///                                 employment of u by o and a member of t, and t holds role at l }
///
/// allowed(u, view, l, now) = grants(u, r, l) ≠ ∅ for some system role r
/// allowed(u, op, l, now)   = some (e, _) ∈ grants(u, role(op), l) whose employment e has no
///                            schedule, or a schedule that is open now          (op ≠ view)
/// ```
///
/// Facts only add. What is not among the facts is not so: a location that is missing or another
/// one than was asked about, an organization that nobody appointed, an employment of another
/// user, a team of another organization — each is an empty set, never an error and never an allow.
#[must_use]
pub fn decide(question: &Question, facts: &Facts) -> Decision {
    let location = facts.location.as_ref();
    let outcome = match location.filter(|location| location.id == question.location) {
        Some(location) => judge(question, &places(question, location, facts)),
        None => Outcome::Denied { missing: None },
    };
    Decision {
        question: *question,
        outcome,
    }
}

/// A place at which one of the caller's employments may hold roles that matter at the location.
struct Place<'a> {
    path: Path,
    at: Named,
    roles: Option<&'a BTreeSet<SystemRole>>,
    employment: &'a Employment,
    now: Timestamp,
    closed: bool,
}

impl Place<'_> {
    fn holds(&self, role: SystemRole) -> bool {
        self.roles.is_some_and(|roles| roles.contains(&role))
    }

    fn grant(&self, role: SystemRole) -> Grant {
        Grant {
            path: self.path,
            role,
            at: self.at.clone(),
            employee: self.employment.id,
            schedule: self.schedule(),
        }
    }

    fn schedule(&self) -> Option<Schedule> {
        let schedule = self.employment.schedule.as_ref()?;
        Some(schedule.around(self.now))
    }
}

fn places<'a>(question: &Question, location: &'a Location, facts: &'a Facts) -> Vec<Place<'a>> {
    let ancestors: Vec<Organization> = location.ancestors().collect();
    let employments = facts.employments.iter();
    employments
        .filter(|employment| employment.user == question.user)
        .filter(|employment| ancestors.contains(&employment.organization))
        .flat_map(|employment| {
            let schedule = employment.schedule.as_ref();
            let closed = question.operation.is_restricted_in_time()
                && schedule.is_some_and(|schedule| !schedule.is_open(question.at));
            let place = move |path, at, roles| Place {
                path,
                at,
                roles,
                employment,
                now: question.at,
                closed,
            };
            own_places(employment, location)
                .chain(team_places(employment, location, facts))
                .map(move |(path, at, roles)| place(path, at, roles))
        })
        .collect()
}

type At<'a> = (Path, Named, Option<&'a BTreeSet<SystemRole>>);

/// The organization; and the location, if the organization owns it.
fn own_places<'a>(
    employment: &'a Employment,
    location: &'a Location,
) -> impl Iterator<Item = At<'a>> {
    let organization = employment.organization;
    let path = match organization {
        Organization::Customer(_) => Path::Customer,
        Organization::Dealer(_) => Path::Dealer,
        Organization::Provider(_) => Path::Provider,
    };
    let employer = Named {
        id: organization.id(),
        name: employment.organization_name.clone(),
    };
    let own = (path == Path::Customer).then(|| {
        let at = Named {
            id: location.id.as_uuid(),
            name: location.name.clone(),
        };
        (
            Path::Location,
            at,
            employment.location_roles.get(&location.id),
        )
    });
    own.into_iter()
        .chain([(path, employer, Some(&employment.roles))])
}

/// The teams of the same organization to which the employment belongs.
fn team_places<'a>(
    employment: &'a Employment,
    location: &'a Location,
    facts: &'a Facts,
) -> impl Iterator<Item = At<'a>> {
    let teams = facts.teams.iter();
    teams
        .filter(|team| team.organization == employment.organization)
        .filter(|team| team.members.contains(&employment.id))
        .map(|team| {
            let at = Named {
                id: team.id.as_uuid(),
                name: team.name.clone(),
            };
            (Path::Team, at, team.roles.get(&location.id))
        })
}

fn judge(question: &Question, places: &[Place<'_>]) -> Outcome {
    let grants = grants(question.operation, places);
    if grants.is_empty() {
        Outcome::Denied {
            missing: closest_missing(question.operation, places),
        }
    } else {
        Outcome::Allowed { grants }
    }
}

fn grants(operation: Operation, places: &[Place<'_>]) -> Vec<Grant> {
    let open = places.iter().filter(|place| !place.closed);
    let mut grants: Vec<Grant> = open
        .flat_map(|place| {
            let held = operation.roles().iter().filter(|role| place.holds(**role));
            held.map(|role| place.grant(*role))
        })
        .collect();
    grants.sort_by(|a, b| {
        (a.path, a.employee, &a.at, a.role).cmp(&(b.path, b.employee, &b.at, b.role))
    });
    grants.dedup();
    grants
}

/// Of all places, the one at which least is missing: the role, the shift, or both. Ties go to
/// the first in the order of paths, then of employments, then of teams.
fn closest_missing(operation: Operation, places: &[Place<'_>]) -> Option<Missing> {
    let role = *operation.roles().first()?;
    let missing_at = |place: &Place<'_>| u8::from(!place.holds(role)) + u8::from(place.closed);
    let place = places.iter().min_by_key(|place| {
        (
            missing_at(place),
            place.path,
            place.employment.id,
            place.at.id,
        )
    })?;
    let same = places
        .iter()
        .filter(|other| other.employment.id == place.employment.id);
    Some(Missing {
        path: place.path,
        role,
        at: place.at.clone(),
        employee: place.employment.id,
        held: same
            .filter_map(|place| place.roles)
            .flatten()
            .copied()
            .collect(),
        outside_schedule: place.schedule().filter(|_| place.closed),
    })
}
