//! All that was told, by who told it: what to write when something else is told, and what the law needs to explain.

use std::collections::BTreeSet;
use std::hash::Hash;

use access::{
    EmployeeId, Employment, Facts, Location, LocationId, Organization, SystemId, Team, UserId,
};
use jiff::Timestamp;
use pdp::Change;
use rpds::HashTrieMapSync;

use super::telling::{Mention, Told, on_duty};
use super::{Key, Kind, Owner, State};

/// The last states of all aggregates. A clone shares with the original what has not changed since.
///
/// Which employments count at this moment is a fact too. A schedule opens and closes with the minute, by `access` as
/// everywhere; so once a minute is enough.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    states: HashTrieMapSync<Key, State>,
    employments_of: HashTrieMapSync<UserId, BTreeSet<Key>>,
    teams_of: HashTrieMapSync<EmployeeId, BTreeSet<Key>>,
    /// How many states mention it.
    mentioned: HashTrieMapSync<Mention, usize>,
    /// Employments with a schedule, and whether it is open.
    scheduled: HashTrieMapSync<Key, bool>,
    /// The beginning of the minute for which that is said.
    minute: Option<Timestamp>,
}

impl Directory {
    /// Takes the new state of an aggregate in the place of the old one; nothing, if it is gone or not known any more.
    /// What is to be written.
    pub fn put(&mut self, key: Key, state: Option<State>) -> Vec<Change> {
        let before = self.states.get(&key).cloned();
        let had = before.as_ref().map(Told::of).unwrap_or_default();
        let has = state.as_ref().map(Told::of).unwrap_or_default();
        let mut changes = Vec::new();
        if let Some(before) = &before {
            changes.extend(self.unlist(key, before).map(Change::Drop));
        }
        changes.extend(had.own.difference(&has.own).cloned().map(Change::Drop));
        for mention in has.mentions.difference(&had.mentions) {
            changes.extend(self.mention(*mention));
        }
        changes.extend(has.own.difference(&had.own).cloned().map(Change::Add));
        for mention in had.mentions.difference(&has.mentions) {
            changes.extend(self.unmention(*mention));
        }
        if let Some(state) = state {
            changes.extend(self.list(key, &state).map(Change::Add));
            self.states.insert_mut(key, state);
        } else {
            self.states.remove_mut(&key);
        }
        changes
    }

    /// All that are known.
    #[must_use]
    pub fn known(&self) -> BTreeSet<Key> {
        self.states.keys().copied().collect()
    }

    /// What is to be written as schedules have opened and closed since they were last looked at, also where the clock was set
    /// back.
    pub fn turn(&mut self, now: Timestamp) -> Vec<Change> {
        if self.is_of(now) {
            return Vec::new();
        }
        self.minute = Some(minute(now));
        let mut changes = Vec::new();
        for (key, was_open) in &self.scheduled.clone() {
            let Some(State::Employment(employment)) = self.states.get(key) else {
                continue;
            };
            let is_open = is_open(employment, now);
            if is_open != *was_open {
                let fact = on_duty(employment);
                changes.push(if is_open {
                    Change::Add(fact)
                } else {
                    Change::Drop(fact)
                });
                self.scheduled.insert_mut(*key, is_open);
            }
        }
        changes
    }

    /// Whether schedules were looked at in this minute.
    #[must_use]
    pub fn is_of(&self, now: Timestamp) -> bool {
        self.minute == Some(minute(now))
    }

    /// This instant, or the first for which schedules are as they are, if that is later.
    #[must_use]
    pub fn instant(&self, now: Timestamp) -> Timestamp {
        self.minute.map_or(now, |minute| now.max(minute))
    }

    /// Who mentions it first says what it is called.
    fn mention(&mut self, mention: Mention) -> impl Iterator<Item = Change> + use<> {
        let others = self.mentioned.get(&mention).copied().unwrap_or_default();
        self.mentioned.insert_mut(mention, others + 1);
        let is_new = (others == 0).then(|| mention.facts());
        is_new.into_iter().flatten().map(Change::Add)
    }

    /// Who mentions it last takes that back.
    fn unmention(&mut self, mention: Mention) -> impl Iterator<Item = Change> + use<> {
        let all = self.mentioned.get(&mention).copied().unwrap_or_default();
        let is_gone = all <= 1;
        if is_gone {
            self.mentioned.remove_mut(&mention);
        } else {
            self.mentioned.insert_mut(mention, all - 1);
        }
        let gone = is_gone.then(|| mention.facts());
        gone.into_iter().flatten().map(Change::Drop)
    }

    /// Notes an employment or a team where it is looked for; that what it grants counts now, if that depends on the time.
    fn list(&mut self, key: Key, state: &State) -> Option<pdp::Fact> {
        match state {
            State::Employment(employment) => {
                note(&mut self.employments_of, employment.user, key);
                employment.schedule.as_ref()?;
                let is_open = self
                    .minute
                    .is_some_and(|minute| is_open(employment, minute));
                self.scheduled.insert_mut(key, is_open);
                is_open.then(|| on_duty(employment))
            }
            State::Team(team) => {
                for member in &team.members {
                    note(&mut self.teams_of, *member, key);
                }
                None
            }
            _ => None,
        }
    }

    /// The reverse.
    fn unlist(&mut self, key: Key, state: &State) -> Option<pdp::Fact> {
        match state {
            State::Employment(employment) => {
                forget(&mut self.employments_of, &employment.user, key);
                let was_open = *self.scheduled.get(&key)?;
                self.scheduled.remove_mut(&key);
                was_open.then(|| on_duty(employment))
            }
            State::Team(team) => {
                for member in &team.members {
                    forget(&mut self.teams_of, member, key);
                }
                None
            }
            _ => None,
        }
    }

    /// A location with all who have a say there.
    #[must_use]
    pub fn location(&self, id: LocationId) -> Option<Location> {
        let key = Key::new(Owner::Customers, Kind::Location, id);
        let Some(State::Location(location)) = self.states.get(&key) else {
            return None;
        };
        let provider = |dealer| match self.organization(Organization::Dealer(dealer)) {
            Some(State::Organization { provider, .. }) => *provider,
            _ => None,
        };
        Some(Location {
            customer_name: self.name(Organization::Customer(location.customer)),
            provider: location.dealer.and_then(provider),
            ..location.clone()
        })
    }

    /// Where a system is.
    #[must_use]
    pub fn system(&self, id: SystemId) -> Option<LocationId> {
        let key = Key::new(Owner::Systems, Kind::System, id);
        match self.states.get(&key) {
            Some(State::System { location, .. }) => Some(*location),
            _ => None,
        }
    }

    /// All that bears on a user at a location, in the words of the law.
    #[must_use]
    pub fn facts(&self, user: UserId, location: LocationId) -> Facts {
        let location = self.location(location);
        let ancestors: Vec<Organization> = location.iter().flat_map(Location::ancestors).collect();
        let keys = self.employments_of.get(&user).into_iter().flatten();
        let employments = keys.filter_map(|key| match self.states.get(key) {
            Some(State::Employment(employment)) => Some(employment),
            _ => None,
        });
        let employments =
            employments.filter(|employment| ancestors.contains(&employment.organization));
        let employments: Vec<Employment> = employments
            .map(|employment| Employment {
                organization_name: self.name(employment.organization),
                ..employment.clone()
            })
            .collect();
        let teams = employments
            .iter()
            .filter_map(|employment| self.teams_of.get(&employment.id));
        let teams: BTreeSet<Key> = teams.flatten().copied().collect();
        let at = location.as_ref().map(|location| location.id);
        let teams = teams.into_iter().filter_map(|key| {
            let Some(State::Team(team)) = self.states.get(&key) else {
                return None;
            };
            Some(part(team, &employments, at))
        });
        let teams = teams.collect();
        Facts {
            teams,
            location,
            employments,
        }
    }

    fn organization(&self, organization: Organization) -> Option<&State> {
        self.states.get(&Key::organization(organization))
    }

    fn name(&self, organization: Organization) -> String {
        match self.organization(organization) {
            Some(State::Organization { name, .. }) => name.clone(),
            _ => String::new(),
        }
    }
}

fn note<K: Hash + Eq>(index: &mut HashTrieMapSync<K, BTreeSet<Key>>, by: K, key: Key) {
    let mut keys = index.get(&by).cloned().unwrap_or_default();
    keys.insert(key);
    index.insert_mut(by, keys);
}

fn forget<K: Hash + Eq + Copy>(index: &mut HashTrieMapSync<K, BTreeSet<Key>>, by: &K, key: Key) {
    let mut keys = index.get(by).cloned().unwrap_or_default();
    keys.remove(&key);
    if keys.is_empty() {
        index.remove_mut(by);
    } else {
        index.insert_mut(*by, keys);
    }
}

/// What bears of a team on these employments at a location: whoever else belongs to it, and what it holds elsewhere, may be
/// much, and matters to nobody who asks.
fn part(team: &Team, employments: &[Employment], at: Option<LocationId>) -> Team {
    let ids = employments.iter().map(|employment| employment.id);
    let held = at.and_then(|at| Some((at, team.roles.get(&at)?.clone())));
    Team {
        id: team.id,
        name: team.name.clone(),
        organization: team.organization,
        members: ids.filter(|id| team.members.contains(id)).collect(),
        roles: held.into_iter().collect(),
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
