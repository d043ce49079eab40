//! Roughly what there is, so that most steps have a subject.

use std::collections::{BTreeMap, BTreeSet};

use rand::seq::IteratorRandom as _;
use rand::{Rng, RngExt as _};

use crate::{Employer, Step, USERS};

/// Roughly what there is.
#[derive(Debug, Default)]
pub(super) struct Sketch {
    employees: BTreeSet<(Employer, u8)>,
    locations: BTreeSet<u8>,
    teams: BTreeMap<u8, Employer>,
}

impl Sketch {
    pub(super) fn note(&mut self, step: &Step) {
        match step {
            Step::Hire { employer, user, .. } => {
                self.employees.insert((*employer, *user));
            }
            Step::Leave { employer, user } => {
                self.employees.remove(&(*employer, *user));
            }
            Step::Open { location, .. } => {
                self.locations.insert(*location);
            }
            Step::Close { location } => {
                self.locations.remove(location);
            }
            Step::Form { team, employer } => {
                self.teams.entry(*team).or_insert(*employer);
            }
            Step::Disband { team } => {
                self.teams.remove(team);
            }
            _ => {}
        }
    }

    pub(super) fn location(&self, rng: &mut impl Rng, bound: u8) -> u8 {
        let known = self.locations.iter().choose(rng).copied();
        known.unwrap_or_else(|| rng.random_range(0..bound))
    }

    pub(super) fn team(&self, rng: &mut impl Rng, bound: u8) -> u8 {
        let known = self.teams.keys().choose(rng).copied();
        known.unwrap_or_else(|| rng.random_range(0..bound))
    }

    pub(super) fn employee(&self, rng: &mut impl Rng) -> (Employer, u8) {
        let known = self.employees.iter().choose(rng).copied();
        known.unwrap_or((Employer::Customer(0), 0))
    }

    /// A team, and somebody who works for the same employer.
    pub(super) fn candidate(&self, rng: &mut impl Rng, bound: u8) -> (u8, u8) {
        let team = self.team(rng, bound);
        let employer = self.teams.get(&team);
        let colleagues = self.employees.iter().filter(|(by, _)| Some(by) == employer);
        let user = colleagues.map(|(_, user)| *user).choose(rng);
        (team, user.unwrap_or_else(|| rng.random_range(0..USERS)))
    }
}
