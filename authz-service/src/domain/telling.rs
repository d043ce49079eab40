//! From states to facts: what the policies of RealGuardIO are asked about.
//!
//! Some facts are an aggregate's own: they are so while its state says so. Others only say how things are called (which
//! group holds a role where, that a post at a location is one): they are so while any state mentions the thing, and nothing follows
//! from them alone.

use std::collections::{BTreeMap, BTreeSet};

use access::{
    EmployeeId, Employment, Location, LocationId, Organization, SystemRole, Team, TeamId, UserId,
};
use pdp::{Fact, Term, Uid};

use super::State;

/// What a state says.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// So while the state is.
    pub(super) own: BTreeSet<Fact>,
    /// What it mentions.
    pub(super) mentions: BTreeSet<Mention>,
}

/// Something that is to be called by its names while any state mentions it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Mention {
    /// Somebody, who may be on duty.
    User(UserId),
    /// An organization, of which it is known who holds what there, whoever they are.
    Place(Organization),
    /// What an organization grants at a location.
    Post(LocationId, Organization),
}

impl Mention {
    /// What it is called.
    pub(super) fn facts(self) -> Vec<Fact> {
        match self {
            Self::User(id) => {
                let (user, duty) = persons(id);
                vec![Fact::attribute(user, "duty", Term::Entity(duty))]
            }
            Self::Place(organization) => groups(&place(organization)),
            Self::Post(location, organization) => {
                let post = post(location, organization);
                let mut facts = groups(&post);
                facts.push(Fact::tag(
                    at(location),
                    named(organization),
                    Term::Entity(post),
                ));
                facts
            }
        }
    }
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

    fn mention(&mut self, organization: Organization) -> Uid {
        self.mentions.insert(Mention::Place(organization));
        place(organization)
    }

    fn organization(&mut self, is: Organization, provider: Option<access::ProviderId>) {
        let dealer = self.mention(is);
        if let Some(provider) = provider {
            let provider = self.mention(Organization::Provider(provider));
            self.own(Fact::attribute(dealer, "provider", Term::Entity(provider)));
        }
    }

    fn location(&mut self, location: &Location) {
        for organization in location.ancestors() {
            let attribute = kind(organization).to_lowercase();
            let place = self.mention(organization);
            self.own(Fact::attribute(
                at(location.id),
                attribute,
                Term::Entity(place),
            ));
        }
    }

    fn employment(&mut self, employment: &Employment) {
        let organization = employment.organization;
        let this = employed(organization, employment.id);
        let (user, _) = persons(employment.user);
        self.mentions.insert(Mention::User(employment.user));
        let place = self.mention(organization);
        self.own(Fact::member(user, this.clone()));
        if employment.schedule.is_none() {
            self.own(on_duty(employment));
        }
        self.hold(&this, &place, &employment.roles);
        if matches!(organization, Organization::Customer(_)) {
            self.hold_at(&this, organization, &employment.location_roles);
        }
    }

    fn team(&mut self, team: &Team) {
        let this = teamed(team.organization, team.id);
        for member in &team.members {
            let member = employed(team.organization, *member);
            self.own(Fact::member(member, this.clone()));
        }
        self.hold_at(&this, team.organization, &team.roles);
    }

    fn hold_at(
        &mut self,
        holder: &Uid,
        organization: Organization,
        roles: &BTreeMap<LocationId, BTreeSet<SystemRole>>,
    ) {
        for (location, roles) in roles {
            self.mentions.insert(Mention::Post(*location, organization));
            self.hold(holder, &post(*location, organization), roles);
        }
    }

    fn hold(&mut self, holder: &Uid, place: &Uid, roles: &BTreeSet<SystemRole>) {
        for role in roles {
            self.own(Fact::member(holder.clone(), holders(place, role.as_str())));
        }
    }
}

/// Who holds what at a place or a post, whoever they are.
fn groups(place: &Uid) -> Vec<Fact> {
    let groups = [
        ("anybody", "anybody"),
        ("armers", SystemRole::Armer.as_str()),
        ("disarmers", SystemRole::Disarmer.as_str()),
    ];
    let groups = groups.map(|(attribute, role)| {
        Fact::attribute(place.clone(), attribute, Term::Entity(holders(place, role)))
    });
    let all = SystemRole::ALL
        .map(|role| Fact::member(holders(place, role.as_str()), holders(place, "anybody")));
    let id = Fact::attribute(place.clone(), "id", Term::Text(place.id.clone()));
    groups.into_iter().chain(all).chain([id]).collect()
}

/// That what an employment grants counts now.
pub(super) fn on_duty(employment: &Employment) -> Fact {
    let (_, duty) = persons(employment.user);
    Fact::member(duty, employed(employment.organization, employment.id))
}

/// The user, and the user on duty.
fn persons(user: UserId) -> (Uid, Uid) {
    let id = user.to_string();
    (Uid::new("User", id.clone()), Uid::new("Duty", id))
}

fn at(location: LocationId) -> Uid {
    Uid::new("Location", location.to_string())
}

fn place(organization: Organization) -> Uid {
    Uid::new(kind(organization), named(organization))
}

fn post(location: LocationId, organization: Organization) -> Uid {
    Uid::new("Post", format!("{location}@{}", named(organization)))
}

/// Named with the employer: whoever is said to be in a team without working for its organization is nobody.
fn employed(organization: Organization, id: EmployeeId) -> Uid {
    Uid::new("Employment", format!("{}/{id}", named(organization)))
}

/// Likewise, or a team that another organization calls by the same id would be this one.
fn teamed(organization: Organization, id: TeamId) -> Uid {
    Uid::new("Team", format!("{}/{id}", named(organization)))
}

fn holders(place: &Uid, role: &str) -> Uid {
    Uid::new("Holders", format!("{}/{role}", place.id))
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
