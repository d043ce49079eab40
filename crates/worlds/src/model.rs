//! What follows from what people did.

mod cast;
mod rule;

use std::collections::BTreeSet;

use access::{EmployeeId, LocationId, TeamId, UserId};
use uuid::Uuid;

use crate::{Hours, Roles, Step};

pub use cast::Cast;

/// A world, as lists of what there is.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// Who is who.
    pub cast: Cast,
    sites: Vec<Site>,
    engagements: Vec<(Uuid, Uuid)>,
    people: Vec<Employed>,
    crews: Vec<Crew>,
}

#[derive(Debug, Clone)]
struct Site {
    id: LocationId,
    customer: Uuid,
    dealer: Option<Uuid>,
}

#[derive(Debug, Clone)]
struct Employed {
    id: EmployeeId,
    user: UserId,
    employer: Uuid,
    roles: Roles,
    at: Vec<(LocationId, Roles)>,
    hours: Option<Hours>,
}

#[derive(Debug, Clone)]
struct Crew {
    id: TeamId,
    employer: Uuid,
    members: BTreeSet<EmployeeId>,
    at: Vec<(LocationId, Roles)>,
}

impl Model {
    /// A world of these users, in which nothing has happened yet.
    #[must_use]
    pub fn of(users: impl IntoIterator<Item = UserId>) -> Self {
        Self {
            cast: Cast::of(users),
            ..Self::default()
        }
    }

    /// Somebody did this, and it was done. What came into being by it has this id. Nothing, if it
    /// cannot have been done: one of its subjects is not there.
    #[must_use]
    pub fn did(&mut self, step: &Step, id: Option<Uuid>) -> Option<()> {
        match step {
            Step::Found(_) | Step::Open { .. } | Step::Hire { .. } | Step::Form { .. } => {
                self.began(step, id?)
            }
            Step::Dissolve(_) | Step::Close { .. } | Step::Leave { .. } | Step::Disband { .. } => {
                self.ended(step)
            }
            Step::Appoint { .. }
            | Step::Dismiss { .. }
            | Step::Engage { .. }
            | Step::Disengage { .. } => self.appointed(step),
            _ => self.granted(step),
        }
    }

    fn began(&mut self, step: &Step, id: Uuid) -> Option<()> {
        match step {
            Step::Open { customer, .. } => self.sites.push(Site {
                id: id.into(),
                customer: self.cast.customer(*customer)?,
                dealer: None,
            }),
            Step::Hire {
                employer,
                user,
                roles,
                hours,
            } => self.people.push(Employed {
                id: id.into(),
                user: self.cast.user(*user)?,
                employer: self.cast.organization(*employer)?,
                roles: roles.clone(),
                at: Vec::new(),
                hours: hours.clone(),
            }),
            Step::Form { employer, .. } => self.crews.push(Crew {
                id: id.into(),
                employer: self.cast.organization(*employer)?,
                members: BTreeSet::new(),
                at: Vec::new(),
            }),
            _ => {}
        }
        self.cast.enters(step, id);
        Some(())
    }

    fn ended(&mut self, step: &Step) -> Option<()> {
        let gone = self.cast.leaves(step)?;
        self.engagements.retain(|(dealer, _)| *dealer != gone);
        self.sites.retain(|site| site.id.as_uuid() != gone);
        self.people.retain(|person| person.id.as_uuid() != gone);
        self.crews.retain(|crew| crew.id.as_uuid() != gone);
        let kept = |(at, _): &(LocationId, Roles)| at.as_uuid() != gone;
        for person in &mut self.people {
            person.at.retain(kept);
        }
        for crew in &mut self.crews {
            crew.members.retain(|member| member.as_uuid() != gone);
            crew.at.retain(kept);
        }
        Some(())
    }

    fn appointed(&mut self, step: &Step) -> Option<()> {
        match step {
            Step::Appoint { location, dealer } => {
                let dealer = self.cast.dealer(*dealer)?;
                self.site(*location)?.dealer = Some(dealer);
            }
            Step::Dismiss { location } => self.site(*location)?.dealer = None,
            Step::Engage { dealer, .. } | Step::Disengage { dealer } => {
                let dealer = self.cast.dealer(*dealer)?;
                self.engagements.retain(|(other, _)| *other != dealer);
                if let Step::Engage { provider, .. } = step {
                    let provider = self.cast.provider(*provider)?;
                    self.engagements.push((dealer, provider));
                }
            }
            _ => {}
        }
        Some(())
    }

    fn granted(&mut self, step: &Step) -> Option<()> {
        match step {
            Step::Grant {
                employer,
                user,
                roles,
            } => {
                let id = self.cast.employee(*employer, *user)?;
                self.person(id)?.roles.clone_from(roles);
            }
            Step::Restrict {
                employer,
                user,
                hours,
            } => {
                let id = self.cast.employee(*employer, *user)?;
                self.person(id)?.hours.clone_from(hours);
            }
            Step::GrantAt {
                user,
                location,
                roles,
            } => {
                let employer = self.cast.owner(*location)?;
                let id = self.cast.employee(employer, *user)?;
                let location = self.cast.location(*location)?;
                replace(&mut self.person(id)?.at, location, roles);
            }
            Step::Entrust {
                team,
                location,
                roles,
            } => {
                let location = self.cast.location(*location)?;
                replace(&mut self.crew(*team)?.at, location, roles);
            }
            Step::Join { team, user } | Step::Quit { team, user } => {
                let member = self.cast.employee(self.cast.employer_of(*team)?, *user)?;
                let members = &mut self.crew(*team)?.members;
                if matches!(step, Step::Join { .. }) {
                    members.insert(member);
                } else {
                    members.remove(&member);
                }
            }
            _ => {}
        }
        Some(())
    }

    fn site(&mut self, location: u8) -> Option<&mut Site> {
        let id = self.cast.location(location)?;
        self.sites.iter_mut().find(|site| site.id == id)
    }

    fn person(&mut self, id: EmployeeId) -> Option<&mut Employed> {
        self.people.iter_mut().find(|person| person.id == id)
    }

    fn crew(&mut self, team: u8) -> Option<&mut Crew> {
        let id = self.cast.team(team)?;
        self.crews.iter_mut().find(|crew| crew.id == id)
    }
}

fn replace(at: &mut Vec<(LocationId, Roles)>, location: LocationId, roles: &Roles) {
    at.retain(|(other, _)| *other != location);
    if !roles.is_empty() {
        at.push((location, roles.clone()));
    }
}
