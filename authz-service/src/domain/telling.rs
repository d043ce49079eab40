//! From states to facts: what the policies of RealGuardIO are asked about.
//!
//! Some facts are an aggregate's own: they are so while its state says so. Others only say how things are called (which
//! group holds a role where, that a post at a location is one): they are so for ever, since nothing follows from them alone.

use std::collections::BTreeSet;

use access::{EmployeeId, Employment, Location, LocationId, Organization, SystemRole, Team};
use pdp::{Fact, Term, Uid};

use super::State;

/// What a state says.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// So while the state is.
    pub(super) own: BTreeSet<Fact>,
    /// So for ever.
    pub(super) lasting: Vec<Fact>,
}

impl Told {
    pub(super) fn of(state: &State) -> Self {
        let mut told = Self::default();
        match state {
            State::Organization { is, provider, .. } => told.organization(*is, *provider),
            State::Location(location) => told.location(location),
            State::Employment(employment) => told.employment(employment),
            State::Team(team) => told.team(team),
            State::System { id, location } => {
                let system = Uid::new("System", id.to_string());
                told.own(Fact::attribute(
                    system,
                    "location",
                    Term::Entity(at(*location)),
                ));
            }
        }
        told
    }

    fn own(&mut self, fact: Fact) {
        self.own.insert(fact);
    }

    fn organization(&mut self, is: Organization, provider: Option<access::ProviderId>) {
        let dealer = self.place(is);
        if let Some(provider) = provider {
            let provider = self.place(Organization::Provider(provider));
            self.own(Fact::attribute(dealer, "provider", Term::Entity(provider)));
        }
    }

    fn location(&mut self, location: &Location) {
        for organization in location.ancestors() {
            let attribute = kind(organization).to_lowercase();
            let place = self.place(organization);
            self.own(Fact::attribute(
                at(location.id),
                attribute,
                Term::Entity(place),
            ));
        }
    }

    fn employment(&mut self, employment: &Employment) {
        let organization = named(employment.organization);
        let (user, duty) = persons(employment);
        let this = employed(&organization, employment.id);
        self.lasting
            .push(Fact::attribute(user.clone(), "duty", Term::Entity(duty)));
        self.place(employment.organization);
        self.own(Fact::member(user, this.clone()));
        if employment.schedule.is_none() {
            self.own(on_duty(employment));
        }
        for role in &employment.roles {
            self.own(holds(&this, &organization, *role));
        }
        if matches!(employment.organization, Organization::Customer(_)) {
            for (location, roles) in &employment.location_roles {
                let post = self.post(*location, &organization);
                for role in roles {
                    self.own(holds(&this, &post, *role));
                }
            }
        }
    }

    fn team(&mut self, team: &Team) {
        let organization = named(team.organization);
        let this = Uid::new("Team", team.id.to_string());
        for member in &team.members {
            self.own(Fact::member(employed(&organization, *member), this.clone()));
        }
        for (location, roles) in &team.roles {
            let post = self.post(*location, &organization);
            for role in roles {
                self.own(holds(&this, &post, *role));
            }
        }
    }

    /// An organization, of which it is known who holds what there, whoever they are.
    fn place(&mut self, organization: Organization) -> Uid {
        let name = named(organization);
        let place = Uid::new(kind(organization), name.clone());
        self.groups(&place, &name);
        place
    }

    /// What an organization grants at a location, under the name by which its groups are known.
    fn post(&mut self, location: LocationId, organization: &str) -> String {
        let name = format!("{location}@{organization}");
        let post = Uid::new("Post", name.clone());
        self.groups(&post, &name);
        self.lasting
            .push(Fact::tag(at(location), organization, Term::Entity(post)));
        name
    }

    fn groups(&mut self, place: &Uid, name: &str) {
        let groups = [
            ("anybody", "anybody"),
            ("armers", SystemRole::Armer.as_str()),
            ("disarmers", SystemRole::Disarmer.as_str()),
        ];
        let attributes = groups.map(|(attribute, role)| {
            Fact::attribute(place.clone(), attribute, Term::Entity(holders(name, role)))
        });
        self.lasting.extend(attributes);
        let id = Fact::attribute(place.clone(), "id", Term::Text(name.to_owned()));
        self.lasting.push(id);
        let all = SystemRole::ALL
            .map(|role| Fact::member(holders(name, role.as_str()), holders(name, "anybody")));
        self.lasting.extend(all);
    }
}

/// That what an employment grants counts now.
pub(super) fn on_duty(employment: &Employment) -> Fact {
    let (_, duty) = persons(employment);
    let organization = named(employment.organization);
    Fact::member(duty, employed(&organization, employment.id))
}

/// The user of an employment, and the user on duty.
fn persons(employment: &Employment) -> (Uid, Uid) {
    let id = employment.user.to_string();
    (Uid::new("User", id.clone()), Uid::new("Duty", id))
}

fn at(location: LocationId) -> Uid {
    Uid::new("Location", location.to_string())
}

/// Named with the employer: whoever is said to be in a team without working for its organization is nobody.
fn employed(organization: &str, id: EmployeeId) -> Uid {
    Uid::new("Employment", format!("{organization}/{id}"))
}

fn holds(holder: &Uid, place: &str, role: SystemRole) -> Fact {
    Fact::member(holder.clone(), holders(place, role.as_str()))
}

fn holders(place: &str, role: &str) -> Uid {
    Uid::new("Holders", format!("{place}/{role}"))
}

const fn kind(organization: Organization) -> &'static str {
    match organization {
        Organization::Customer(_) => "Customer",
        Organization::Dealer(_) => "Dealer",
        Organization::Provider(_) => "Provider",
    }
}

/// One number may be a customer's and a dealer's: their types tell them apart, but groups are of one type.
fn named(organization: Organization) -> String {
    format!(
        "{}-{}",
        kind(organization).to_lowercase(),
        organization.id()
    )
}
