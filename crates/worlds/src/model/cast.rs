//! Who is who: the ids that the numbers in steps stand for now.

use std::collections::BTreeMap;

use access::{EmployeeId, LocationId, TeamId, UserId};
use uuid::Uuid;

use crate::{Employer, Step};

/// The ids that the numbers in steps stand for now.
#[derive(Debug, Clone, Default)]
pub struct Cast {
    users: BTreeMap<u8, UserId>,
    organizations: BTreeMap<Employer, Uuid>,
    employees: BTreeMap<(Employer, u8), EmployeeId>,
    locations: BTreeMap<u8, (u8, LocationId)>,
    teams: BTreeMap<u8, (Employer, TeamId)>,
}

impl Cast {
    pub(super) fn of(users: impl IntoIterator<Item = UserId>) -> Self {
        Self {
            users: (0..).zip(users).collect(),
            ..Self::default()
        }
    }

    /// A user.
    #[must_use]
    pub fn user(&self, user: u8) -> Option<UserId> {
        self.users.get(&user).copied()
    }

    /// An organization.
    #[must_use]
    pub fn organization(&self, employer: Employer) -> Option<Uuid> {
        self.organizations.get(&employer).copied()
    }

    /// A customer.
    #[must_use]
    pub fn customer(&self, customer: u8) -> Option<Uuid> {
        self.organization(Employer::Customer(customer))
    }

    /// A dealer.
    #[must_use]
    pub fn dealer(&self, dealer: u8) -> Option<Uuid> {
        self.organization(Employer::Dealer(dealer))
    }

    /// A monitoring provider.
    #[must_use]
    pub fn provider(&self, provider: u8) -> Option<Uuid> {
        self.organization(Employer::Provider(provider))
    }

    /// Somebody's employment.
    #[must_use]
    pub fn employee(&self, employer: Employer, user: u8) -> Option<EmployeeId> {
        self.employees.get(&(employer, user)).copied()
    }

    /// A location.
    #[must_use]
    pub fn location(&self, location: u8) -> Option<LocationId> {
        self.locations.get(&location).map(|(_, id)| *id)
    }

    /// All locations.
    pub fn locations(&self) -> impl Iterator<Item = (u8, LocationId)> {
        let all = self.locations.iter();
        all.map(|(location, (_, id))| (*location, *id))
    }

    /// Whose a location is.
    #[must_use]
    pub fn owner(&self, location: u8) -> Option<Employer> {
        let (customer, _) = self.locations.get(&location)?;
        Some(Employer::Customer(*customer))
    }

    /// A team.
    #[must_use]
    pub fn team(&self, team: u8) -> Option<TeamId> {
        self.teams.get(&team).map(|(_, id)| *id)
    }

    /// Whose a team is.
    #[must_use]
    pub fn employer_of(&self, team: u8) -> Option<Employer> {
        self.teams.get(&team).map(|(employer, _)| *employer)
    }

    /// Somebody or something came into being by this step.
    pub(super) fn enters(&mut self, step: &Step, id: Uuid) {
        match step {
            Step::Found(employer) => {
                self.organizations.insert(*employer, id);
            }
            Step::Open { location, customer } => {
                self.locations.insert(*location, (*customer, id.into()));
            }
            Step::Hire { employer, user, .. } => {
                self.employees.insert((*employer, *user), id.into());
            }
            Step::Form { team, employer } => {
                self.teams.insert(*team, (*employer, id.into()));
            }
            _ => {}
        }
    }

    /// Somebody or something is gone by this step.
    pub(super) fn leaves(&mut self, step: &Step) -> Option<Uuid> {
        match step {
            Step::Dissolve(employer) => self.organizations.remove(employer),
            Step::Close { location } => self.locations.remove(location).map(|(_, id)| id.as_uuid()),
            Step::Leave { employer, user } => {
                let employee = self.employees.remove(&(*employer, *user));
                employee.map(EmployeeId::as_uuid)
            }
            Step::Disband { team } => self.teams.remove(team).map(|(_, id)| id.as_uuid()),
            _ => None,
        }
    }
}
