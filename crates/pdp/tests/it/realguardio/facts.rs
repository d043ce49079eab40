//! Facts of the law, told to the engine: what a feeder does with each owner's events.

use access::{EmployeeId, Employment, Facts, Location, Organization, Question, SystemRole, Team};
use pdp::{Fact, Term, Uid};

use super::system;

/// Everything, as it is at the instant of the question.
pub(super) fn told(question: &Question, facts: &Facts) -> Vec<Fact> {
    let at = Uid::new("Location", question.location.to_string());
    let mut told = vec![Fact::attribute(system(), "location", Term::Entity(at))];
    facts
        .location
        .iter()
        .for_each(|location| tell_location(location, &mut told));
    facts
        .employments
        .iter()
        .for_each(|employment| tell_employment(employment, question, &mut told));
    facts
        .teams
        .iter()
        .for_each(|team| tell_team(team, &mut told));
    told
}

fn tell_location(location: &Location, told: &mut Vec<Fact>) {
    let here = Uid::new("Location", location.id.to_string());
    let mut outer = here.clone();
    for organization in location.ancestors() {
        let (kind, id) = named(organization);
        let organization = Uid::new(kind, id.clone());
        told.push(Fact::attribute(
            outer.clone(),
            kind.to_lowercase(),
            Term::Entity(organization.clone()),
        ));
        tell_place(organization.clone(), &id, told);
        let post = Uid::new("Post", format!("{}@{id}", location.id));
        tell_place(post.clone(), &post.id, told);
        told.push(Fact::tag(here.clone(), id, Term::Entity(post)));
        // The customer appoints the dealer of a location, and this dealer its provider.
        outer = if kind == "Dealer" {
            organization
        } else {
            outer
        };
    }
}

fn tell_employment(employment: &Employment, question: &Question, told: &mut Vec<Fact>) {
    let (_, organization) = named(employment.organization);
    let user = Uid::new("User", employment.user.to_string());
    let duty = Uid::new("Duty", employment.user.to_string());
    let this = employed(&organization, employment.id);
    told.push(Fact::attribute(
        user.clone(),
        "duty",
        Term::Entity(duty.clone()),
    ));
    told.push(Fact::member(user, this.clone()));
    if employment
        .schedule
        .as_ref()
        .is_none_or(|schedule| schedule.is_open(question.at))
    {
        told.push(Fact::member(duty, this.clone()));
    }
    told.extend(
        employment
            .roles
            .iter()
            .map(|role| holds(&this, &organization, *role)),
    );
    if matches!(employment.organization, Organization::Customer(_)) {
        for (location, roles) in &employment.location_roles {
            let post = format!("{location}@{organization}");
            told.extend(roles.iter().map(|role| holds(&this, &post, *role)));
        }
    }
}

fn tell_team(team: &Team, told: &mut Vec<Fact>) {
    let (_, organization) = named(team.organization);
    let this = Uid::new("Team", team.id.to_string());
    for member in &team.members {
        told.push(Fact::member(employed(&organization, *member), this.clone()));
    }
    for (location, roles) in &team.roles {
        let post = format!("{location}@{organization}");
        told.extend(roles.iter().map(|role| holds(&this, &post, *role)));
    }
}

/// Named with the employer: whoever is said to be in a team without working for its organization is nobody.
fn employed(organization: &str, id: EmployeeId) -> Uid {
    Uid::new("Employment", format!("{organization}/{id}"))
}

fn holds(holder: &Uid, place: &str, role: SystemRole) -> Fact {
    Fact::member(
        holder.clone(),
        Uid::new("Holders", format!("{place}/{role}")),
    )
}

/// Who holds what there, whoever they are: this much is known of any place that is named.
fn tell_place(place: Uid, name: &str, told: &mut Vec<Fact>) {
    let holders = |role: &str| Uid::new("Holders", format!("{name}/{role}"));
    let roles = [
        ("anybody", "anybody"),
        ("armers", "SECURITY_SYSTEM_ARMER"),
        ("disarmers", "SECURITY_SYSTEM_DISARMER"),
    ];
    for (attribute, role) in roles {
        told.push(Fact::attribute(
            place.clone(),
            attribute,
            Term::Entity(holders(role)),
        ));
    }
    told.push(Fact::attribute(place, "id", Term::Text(name.to_owned())));
    for role in SystemRole::ALL {
        told.push(Fact::member(holders(role.as_str()), holders("anybody")));
    }
}

fn named(organization: Organization) -> (&'static str, String) {
    let kind = match organization {
        Organization::Customer(_) => "Customer",
        Organization::Dealer(_) => "Dealer",
        Organization::Provider(_) => "Provider",
    };
    // One number may be a customer's and a dealer's: their ids are told apart by type, their groups are not.
    (
        kind,
        format!("{}-{}", kind.to_lowercase(), organization.id()),
    )
}
