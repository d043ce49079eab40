//! A world as facts for the law: what services would tell, without any service.

use std::collections::{BTreeMap, BTreeSet};

use access::{
    CustomerId, DealerId, EmployeeId, Employment, Facts, Location, LocationId, Operation,
    Organization, ProviderId, Question, Team, TeamId, UserId, decide,
};
use uuid::Uuid;
use worlds::{Employer, Hours, Model, Roles, Step};

/// The facts of a world.
#[derive(Default)]
pub(crate) struct Ledger {
    last: u128,
    locations: BTreeMap<LocationId, Location>,
    providers: BTreeMap<DealerId, ProviderId>,
    employments: BTreeMap<EmployeeId, Employment>,
    teams: BTreeMap<TeamId, Team>,
}

impl Ledger {
    /// Carries out a step, unless one of its subjects is not there.
    pub(crate) fn carry_out(&mut self, model: &mut Model, step: &Step) {
        self.last += 1;
        let id = Uuid::from_u128(self.last << 64);
        if self.write(model, step, id).is_some() {
            assert!(model.did(step, Some(id)).is_some(), "{step:?}");
        }
    }

    pub(crate) fn facts(&self, location: LocationId) -> Facts {
        let location = self.locations.get(&location).map(|location| Location {
            provider: location
                .dealer
                .and_then(|dealer| self.providers.get(&dealer).copied()),
            ..location.clone()
        });
        Facts {
            location,
            employments: self.employments.values().cloned().collect(),
            teams: self.teams.values().cloned().collect(),
        }
    }

    pub(crate) fn visible(&self, user: UserId) -> BTreeSet<LocationId> {
        let seen = |location: &&LocationId| {
            let question = Question {
                user,
                operation: Operation::View,
                location: **location,
                at: jiff::Timestamp::UNIX_EPOCH,
            };
            decide(&question, &self.facts(**location)).is_allowed()
        };
        self.locations.keys().filter(seen).copied().collect()
    }

    fn write(&mut self, model: &Model, step: &Step, id: Uuid) -> Option<()> {
        let cast = &model.cast;
        match step {
            Step::Found(employer) => absent(cast.organization(*employer).as_ref())?,
            Step::Dissolve(employer) => {
                let organization = organization(model, *employer)?;
                let people = self.employments.values().map(|it| it.organization);
                let teams = self.teams.values().map(|it| it.organization);
                let owners = self.locations.values();
                let owners = owners.map(|it| Organization::Customer(it.customer));
                let mut used = people.chain(teams).chain(owners);
                absent(used.find(|used| *used == organization).as_ref())?;
                self.providers.remove(&organization.id().into());
            }
            Step::Open { location, customer } => {
                absent(cast.location(*location).as_ref())?;
                let location = Location {
                    id: id.into(),
                    name: String::new(),
                    customer: CustomerId::from(cast.customer(*customer)?),
                    customer_name: String::new(),
                    dealer: None,
                    provider: None,
                };
                self.locations.insert(location.id, location);
            }
            Step::Close { location } => {
                let gone = cast.location(*location)?;
                self.locations.remove(&gone);
            }
            Step::Appoint { location, dealer } => {
                let dealer = cast.dealer(*dealer)?.into();
                let location = cast.location(*location)?;
                self.locations.get_mut(&location)?.dealer = Some(dealer);
            }
            Step::Dismiss { location } => {
                let location = cast.location(*location)?;
                self.locations.get_mut(&location)?.dealer = None;
            }
            Step::Engage { dealer, provider } => {
                let provider = cast.provider(*provider)?.into();
                self.providers
                    .insert(cast.dealer(*dealer)?.into(), provider);
            }
            Step::Disengage { dealer } => {
                self.providers.remove(&cast.dealer(*dealer)?.into());
            }
            Step::Hire {
                employer,
                user,
                roles,
                hours,
            } => {
                absent(cast.employee(*employer, *user).as_ref())?;
                let employment = Employment {
                    id: id.into(),
                    user: cast.user(*user)?,
                    organization: organization(model, *employer)?,
                    organization_name: String::new(),
                    roles: roles.clone(),
                    location_roles: BTreeMap::new(),
                    schedule: schedule(hours.as_ref()).ok()?,
                };
                self.employments.insert(employment.id, employment);
            }
            Step::Leave { employer, user } => {
                let gone = cast.employee(*employer, *user)?;
                self.employments.remove(&gone);
                for team in self.teams.values_mut() {
                    team.members.remove(&gone);
                }
            }
            _ => self.grant(model, step, id)?,
        }
        Some(())
    }

    fn grant(&mut self, model: &Model, step: &Step, id: Uuid) -> Option<()> {
        let cast = &model.cast;
        match step {
            Step::Grant {
                employer,
                user,
                roles,
            } => {
                let id = cast.employee(*employer, *user)?;
                self.employments.get_mut(&id)?.roles.clone_from(roles);
            }
            Step::GrantAt {
                user,
                location,
                roles,
            } => {
                let id = cast.employee(cast.owner(*location)?, *user)?;
                let held = &mut self.employments.get_mut(&id)?.location_roles;
                replace(held, cast.location(*location)?, roles);
            }
            Step::Restrict {
                employer,
                user,
                hours,
            } => {
                let id = cast.employee(*employer, *user)?;
                self.employments.get_mut(&id)?.schedule = schedule(hours.as_ref()).ok()?;
            }
            Step::Form { team, employer } => {
                absent(cast.team(*team).as_ref())?;
                let team = Team {
                    id: id.into(),
                    name: String::new(),
                    organization: organization(model, *employer)?,
                    members: BTreeSet::new(),
                    roles: BTreeMap::new(),
                };
                self.teams.insert(team.id, team);
            }
            Step::Disband { team } => {
                self.teams.remove(&cast.team(*team)?);
            }
            Step::Join { team, user } | Step::Quit { team, user } => {
                let member = cast.employee(cast.employer_of(*team)?, *user)?;
                let members = &mut self.teams.get_mut(&cast.team(*team)?)?.members;
                if matches!(step, Step::Join { .. }) {
                    members.insert(member);
                } else {
                    members.remove(&member);
                }
            }
            Step::Entrust {
                team,
                location,
                roles,
            } => {
                let held = &mut self.teams.get_mut(&cast.team(*team)?)?.roles;
                replace(held, cast.location(*location)?, roles);
            }
            _ => {}
        }
        Some(())
    }
}

fn organization(model: &Model, employer: Employer) -> Option<Organization> {
    let id = model.cast.organization(employer)?;
    Some(match employer {
        Employer::Customer(_) => Organization::Customer(id.into()),
        Employer::Dealer(_) => Organization::Dealer(id.into()),
        Employer::Provider(_) => Organization::Provider(id.into()),
    })
}

fn schedule(hours: Option<&Hours>) -> Result<Option<access::Schedule>, serde_json::Error> {
    let schedule = hours.map(|hours| serde_json::from_value(hours.json()));
    schedule.transpose()
}

fn replace(held: &mut BTreeMap<LocationId, Roles>, location: LocationId, roles: &Roles) {
    held.remove(&location);
    if !roles.is_empty() {
        held.insert(location, roles.clone());
    }
}

fn absent<T>(thing: Option<&T>) -> Option<()> {
    thing.is_none().then_some(())
}
