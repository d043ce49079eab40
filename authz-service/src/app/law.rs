//! `RealGuardIO`'s questions in the words of its law: whom a doubt concerns, and by which grants an answer is so.
//!
//! The policies decide. What the law adds is the form in which every strategy explains: grants, and the closest missing
//! fact. Where policies that somebody has promoted say something else than the law, it has no explanation for it.

use access::{Location, LocationId, Named, Operation, Outcome, UserId, decide};
use pdp::{Question, Term};
use uuid::Uuid;

use super::Known;
use super::knowledge::Moment;
use crate::store::Parked;

/// Where it is, and why the answer is what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Lawful {
    /// The location.
    pub location: Named,
    /// Whose that is.
    pub customer: Named,
    /// What the law says, if it is what was answered.
    pub outcome: Option<Outcome>,
}

impl Known {
    /// What the law says to a question that was answered so.
    pub(super) fn lawful(&self, question: &Question, allowed: bool) -> Option<Lawful> {
        let moment = &*self.moment;
        let (user, operation) = (user(question)?, Operation::from_name(&question.action.id)?);
        let location = place(moment, question)?;
        let facts = moment.directory.facts(user, location);
        let here = facts.location.as_ref()?;
        let (location, customer) = (named(here), owner(here));
        let asked = access::Question {
            user,
            operation,
            location: here.id,
            at: self.at,
        };
        let decision = decide(&asked, &facts);
        let agreed = decision.is_allowed() == allowed;
        if !agreed {
            tracing::warn!(?question, allowed, "policies and law do not agree");
            metrics::counter!("answers_without_explanation_total").increment(1);
        }
        Some(Lawful {
            location,
            customer,
            outcome: agreed.then_some(decision.outcome),
        })
    }

    /// Whether something that could not be taken in may bear on the answer.
    pub(super) fn doubts(&self, question: &Question) -> bool {
        let moment = &*self.moment;
        if !self.has_doubts() {
            return false;
        }
        let user = user(question).map(UserId::as_uuid);
        let location = place(moment, question);
        let ancestors = location.and_then(|location| moment.directory.location(location));
        let ancestors = ancestors.iter().flat_map(Location::ancestors);
        let ancestors: Vec<Uuid> = ancestors.map(access::Organization::id).collect();
        let location = location.map(LocationId::as_uuid);
        let resource = question.resource.id.parse::<Uuid>().ok();
        let concerns = |parked: &Parked| {
            !parked.legible
                || user.is_some_and(|user| parked.users.contains(&user))
                || location.is_some_and(|location| parked.locations.contains(&location))
                || resource.is_some() && parked.id == resource
                || ancestors.iter().any(|id| parked.organizations.contains(id))
        };
        moment.seen.in_doubt().any(concerns)
    }

    /// Whether there is anything that could not be taken in: of a search nobody knows whom that may concern.
    pub(super) fn has_doubts(&self) -> bool {
        self.moment.seen.in_doubt().next().is_some()
    }
}

fn user(question: &Question) -> Option<UserId> {
    let is_one = question.principal.kind == "User";
    question.principal.id.parse().ok().filter(|_| is_one)
}

/// Where the system is: as whoever asks says, or as it was told.
fn place(moment: &Moment, question: &Question) -> Option<LocationId> {
    match question.resource_attributes.get("location") {
        Some(Term::Entity(location)) => location.id.parse().ok(),
        // In the form in which it comes, before the schema makes it an entity.
        Some(Term::Record(fields)) => match fields.get("id") {
            Some(Term::Text(id)) => id.parse().ok(),
            _ => None,
        },
        _ => moment.directory.system(question.resource.id.parse().ok()?),
    }
}

fn named(location: &Location) -> Named {
    Named {
        id: location.id.as_uuid(),
        name: location.name.clone(),
    }
}

fn owner(location: &Location) -> Named {
    Named {
        id: location.customer.as_uuid(),
        name: location.customer_name.clone(),
    }
}
