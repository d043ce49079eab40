//! All that was told, by who told it: what to write when something else is told, and what the law needs to explain.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use access::{Employment, Facts, Location, LocationId, Organization, UserId};
use jiff::Timestamp;
use pdp::Change;
use uuid::Uuid;

use super::telling::{Told, on_duty};
use super::{Kind, State};

/// The last states of all aggregates.
///
/// Which employments count at this moment is a fact too. A schedule opens and closes with the minute, by `access` as
/// everywhere; so once a minute is enough.
#[derive(Debug, Default)]
pub struct Directory {
    states: HashMap<(Kind, Uuid), State>,
    employments_of: HashMap<UserId, BTreeSet<Uuid>>,
    teams_of: HashMap<Uuid, BTreeSet<Uuid>>,
    /// Employments with a schedule, and whether it is open.
    scheduled: BTreeMap<Uuid, bool>,
    /// The moment for which that is said.
    minute: Option<Timestamp>,
}

impl Directory {
    /// Takes the new state of an aggregate in the place of the old one; nothing, if it is gone or not known any more.
    /// What is to be written.
    pub fn put(&mut self, kind: Kind, id: Uuid, state: Option<State>) -> Vec<Change> {
        let before = self.states.remove(&(kind, id));
        let mut changes = Vec::new();
        if let Some(before) = &before {
            changes.extend(self.unlist(id, before).map(Change::Drop));
        }
        let had = before.as_ref().map(Told::of).unwrap_or_default().own;
        let has = state.as_ref().map(Told::of).unwrap_or_default();
        changes.extend(had.difference(&has.own).cloned().map(Change::Drop));
        changes.extend(has.lasting.into_iter().map(Change::Add));
        changes.extend(has.own.difference(&had).cloned().map(Change::Add));
        if let Some(state) = state {
            changes.extend(self.list(id, &state).map(Change::Add));
            self.states.insert((kind, id), state);
        }
        changes
    }

    /// All that are known.
    #[must_use]
    pub fn known(&self) -> BTreeSet<(Kind, Uuid)> {
        self.states.keys().copied().collect()
    }

    /// What is to be written as schedules have opened and closed since they were last looked at.
    pub fn shifts(&mut self, now: Timestamp) -> Vec<Change> {
        self.minute = Some(minute(now));
        let mut changes = Vec::new();
        for (id, open) in &mut self.scheduled {
            let Some(State::Employment(employment)) = self.states.get(&(Kind::Employment, *id))
            else {
                continue;
            };
            let is_open = is_open(employment, now);
            if is_open != *open {
                *open = is_open;
                let fact = on_duty(employment);
                changes.push(if is_open {
                    Change::Add(fact)
                } else {
                    Change::Drop(fact)
                });
            }
        }
        changes
    }

    /// Whether schedules were looked at in this minute.
    #[must_use]
    pub fn is_of(&self, now: Timestamp) -> bool {
        self.minute == Some(minute(now))
    }

    /// Notes an employment or a team where it is looked for; that what it grants counts now, if that depends on the time.
    fn list(&mut self, id: Uuid, state: &State) -> Option<pdp::Fact> {
        match state {
            State::Employment(employment) => {
                self.employments_of
                    .entry(employment.user)
                    .or_default()
                    .insert(id);
                employment.schedule.as_ref()?;
                let is_open = self
                    .minute
                    .is_some_and(|minute| is_open(employment, minute));
                self.scheduled.insert(id, is_open);
                is_open.then(|| on_duty(employment))
            }
            State::Team(team) => {
                for member in &team.members {
                    self.teams_of
                        .entry(member.as_uuid())
                        .or_default()
                        .insert(id);
                }
                None
            }
            _ => None,
        }
    }

    /// The reverse.
    fn unlist(&mut self, id: Uuid, state: &State) -> Option<pdp::Fact> {
        match state {
            State::Employment(employment) => {
                forget(&mut self.employments_of, &employment.user, id);
                self.scheduled.remove(&id)?.then(|| on_duty(employment))
            }
            State::Team(team) => {
                for member in &team.members {
                    forget(&mut self.teams_of, &member.as_uuid(), id);
                }
                None
            }
            _ => None,
        }
    }

    /// A location with all who have a say there.
    #[must_use]
    pub fn location(&self, id: LocationId) -> Option<Location> {
        let Some(State::Location(location)) = self.states.get(&(Kind::Location, id.as_uuid()))
        else {
            return None;
        };
        let provider = |dealer: access::DealerId| match self.organization(dealer.as_uuid()) {
            Some(State::Organization { provider, .. }) => *provider,
            _ => None,
        };
        Some(Location {
            customer_name: self.name(location.customer.as_uuid()),
            provider: location.dealer.and_then(provider),
            ..location.clone()
        })
    }

    /// Where a system is.
    #[must_use]
    pub fn system(&self, id: Uuid) -> Option<LocationId> {
        match self.states.get(&(Kind::System, id)) {
            Some(State::System { location, .. }) => Some(*location),
            _ => None,
        }
    }

    /// All that bears on a user at a location, in the words of the law.
    #[must_use]
    pub fn facts(&self, user: UserId, location: LocationId) -> Facts {
        let location = self.location(location);
        let ancestors: Vec<Organization> = location.iter().flat_map(Location::ancestors).collect();
        let ids = self.employments_of.get(&user).into_iter().flatten();
        let employments = ids.filter_map(|id| match self.states.get(&(Kind::Employment, *id)) {
            Some(State::Employment(employment)) => Some(employment),
            _ => None,
        });
        let employments =
            employments.filter(|employment| ancestors.contains(&employment.organization));
        let employments: Vec<Employment> = employments
            .map(|employment| Employment {
                organization_name: self.name(employment.organization.id()),
                ..employment.clone()
            })
            .collect();
        let teams = employments
            .iter()
            .filter_map(|employment| self.teams_of.get(&employment.id.as_uuid()));
        let teams: BTreeSet<Uuid> = teams.flatten().copied().collect();
        let teams = teams
            .into_iter()
            .filter_map(|id| match self.states.get(&(Kind::Team, id)) {
                Some(State::Team(team)) => Some(team.clone()),
                _ => None,
            });
        Facts {
            teams: teams.collect(),
            location,
            employments,
        }
    }

    fn organization(&self, id: Uuid) -> Option<&State> {
        self.states.get(&(Kind::Organization, id))
    }

    fn name(&self, id: Uuid) -> String {
        match self.organization(id) {
            Some(State::Organization { name, .. }) => name.clone(),
            _ => String::new(),
        }
    }
}

fn forget<K: Hash + Eq>(index: &mut HashMap<K, BTreeSet<Uuid>>, key: &K, id: Uuid) {
    if let Some(ids) = index.get_mut(key) {
        ids.remove(&id);
        if ids.is_empty() {
            index.remove(key);
        }
    }
}

fn is_open(employment: &Employment, now: Timestamp) -> bool {
    let schedule = employment.schedule.as_ref();
    schedule.is_none_or(|schedule| schedule.is_open(now))
}

/// The beginning of its minute. Every zone's clock shows a new minute when this one begins.
fn minute(now: Timestamp) -> Timestamp {
    let seconds = now.as_second();
    Timestamp::from_second(seconds - seconds.rem_euclid(60)).unwrap_or(now)
}
