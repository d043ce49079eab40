//! What the caller's token tells of facts, in the words of the law.

use std::sync::Arc;

use access::{DealerId, Employment, Facts, Location, Organization, Team, TeamId, UserId};
use chassis::auth;
use iam_claims::{Claims, Held, Reached, Untold};
use jiff::SignedDuration;
use outbox::ConsistencyToken;

use super::{Candidates, Cause};
use crate::domain::System;

/// The facts in a token, and how old they are by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFacts {
    claims: Result<Arc<Claims>, Untold>,
    age: SignedDuration,
}

impl TokenFacts {
    /// What was claimed when the token was issued, so long ago.
    #[must_use]
    pub fn new(claims: Result<Claims, Untold>, token_age: SignedDuration) -> Self {
        let before = claims.as_ref().map_or(0, Claims::age_ms);
        let before = SignedDuration::from_millis(before.try_into().unwrap_or(i64::MAX));
        Self {
            claims: claims.map(Arc::new),
            age: token_age.max(SignedDuration::ZERO).saturating_add(before),
        }
    }

    /// How old they are at most.
    pub(super) const fn age(&self) -> SignedDuration {
        self.age
    }

    /// How far their sources had come.
    pub(super) fn as_of(&self) -> ConsistencyToken {
        let claims = self.claims.as_deref();
        claims.map_or_else(
            |_| ConsistencyToken::new(),
            |claims| claims.facts_at().clone(),
        )
    }

    /// Whether they are all there, and as fresh as they have to be.
    pub(super) fn suffice(&self, freshness: &ConsistencyToken) -> Result<(), Cause> {
        self.claims()?.reach()?;
        self.employed(freshness)
    }

    /// Whether the employments are there, and as fresh as they have to be.
    pub(super) fn employed(&self, freshness: &ConsistencyToken) -> Result<(), Cause> {
        let claims = self.claims()?;
        claims.employments()?;
        if claims.facts_at().covers(freshness) {
            return Ok(());
        }
        Err(Cause(
            "the token was issued before what is known".to_owned(),
        ))
    }

    /// The employments of the person whose token it is.
    pub(super) fn employments(&self, user: UserId) -> Result<Vec<Employment>, Cause> {
        let held = self.claims()?.employments()?;
        Ok(held.iter().map(|held| employment(user, held)).collect())
    }

    /// All that bears on the person and a system.
    pub(super) fn facts(&self, user: UserId, system: &System) -> Result<Facts, Cause> {
        let claims = self.claims()?;
        let held = claims.employments()?;
        let mut facts = Facts {
            location: None,
            employments: self.employments(user)?,
            teams: Vec::new(),
        };
        let mut location = place(system);
        let here = |reached: &&Reached| reached.locations.contains(&system.location);
        for reached in claims.reach()?.iter().filter(here) {
            let mut held = held.iter();
            if let Some(by) = held.find(|held| held.id == reached.employment) {
                appoint(&mut location, by.organization);
                facts.teams.push(team(by, reached, system));
            }
        }
        facts.location = Some(location);
        Ok(facts)
    }

    /// Where to look for what the person may view: all of it is in the token.
    pub(super) fn candidates(&self) -> Result<Candidates, Cause> {
        let claims = self.claims()?;
        let held = claims.employments()?;
        let customers = held.iter().filter(|held| !held.roles.is_empty());
        let own = held.iter().flat_map(|held| &held.location_roles);
        let own = own.flat_map(|at| &at.locations);
        let reached = claims.reach()?.iter().flat_map(|it| &it.locations);
        Ok(Candidates {
            customers: customers
                .filter_map(|held| held.organization.customer())
                .collect(),
            locations: own.chain(reached).copied().collect(),
            ..Candidates::default()
        })
    }

    fn claims(&self) -> Result<&Claims, Cause> {
        Ok(self.claims.as_deref().map_err(|untold| *untold)?)
    }
}

impl From<&auth::User> for TokenFacts {
    fn from(user: &auth::User) -> Self {
        let claims = user.facts.as_deref().ok_or(Untold::Absent);
        Self::new(claims.and_then(Claims::read), user.token_age)
    }
}

impl From<Untold> for Cause {
    fn from(untold: Untold) -> Self {
        Self(untold.to_string())
    }
}

fn employment(user: UserId, held: &Held) -> Employment {
    let at = held.location_roles.iter();
    let at = at.flat_map(|at| at.locations.iter().map(|it| (*it, at.roles.clone())));
    Employment {
        id: held.id,
        user,
        organization: held.organization,
        organization_name: held.name.clone(),
        roles: held.roles.clone(),
        location_roles: at.collect(),
        schedule: held.schedule.clone(),
    }
}

/// What is known here of a system's location: whose it is. Who has a say there, the token tells.
fn place(system: &System) -> Location {
    Location {
        id: system.location,
        name: system.names.location.clone(),
        customer: system.customer,
        customer_name: system.names.customer.clone(),
        dealer: None,
        provider: None,
    }
}

/// An employer who reaches a location was appointed there when the token was issued. By which dealer a provider
/// was, does not matter any more.
fn appoint(location: &mut Location, organization: Organization) {
    match organization {
        Organization::Customer(_) => {}
        Organization::Dealer(dealer) => location.dealer = Some(dealer),
        Organization::Provider(provider) => {
            location.dealer.get_or_insert(DealerId::NIL);
            location.provider = Some(provider);
        }
    }
}

/// What the token does not tell apart: roles by a team, as if each employment was a team of its own.
fn team(by: &Held, reached: &Reached, system: &System) -> Team {
    let beyond = reached.roles.difference(&by.roles).copied().collect();
    Team {
        id: TeamId::NIL,
        name: by.name.clone(),
        organization: by.organization,
        members: [by.id].into(),
        roles: [(system.location, beyond)].into(),
    }
}
