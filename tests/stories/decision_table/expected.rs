//! What `access` computes from the cast, without any service.

use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

use access::{
    Employment, Facts, Location, LocationId, Operation, Organization, Outcome, Question,
    SystemRole, Team, UserId, decide,
};
use anyhow::{Context as _, bail};
use demo_world::{
    cast::{self, CUSTOMERS, Customer, DEALERS, Dealer, Employee, PROVIDERS},
    seed::World,
};
use jiff::Timestamp;

/// The cast as facts, with the ids of one world.
pub(super) struct Cast<'a> {
    world: &'a World,
    employments: Vec<Employment>,
    teams: Vec<Team>,
}

type RolesAt = BTreeMap<LocationId, BTreeSet<SystemRole>>;

impl<'a> Cast<'a> {
    pub(super) fn of(world: &'a World) -> anyhow::Result<Self> {
        let mut cast = Self {
            world,
            employments: Vec::new(),
            teams: Vec::new(),
        };
        let ids = &world.ids;
        for Customer { organization, .. } in CUSTOMERS {
            let id = named(&ids.customers, organization.name)?;
            cast.staff(Organization::Customer(id), organization)?;
        }
        for Dealer { organization, .. } in DEALERS {
            let id = named(&ids.dealers, organization.name)?;
            cast.staff(Organization::Dealer(id), organization)?;
        }
        for organization in PROVIDERS {
            let id = named(&ids.providers, organization.name)?;
            cast.staff(Organization::Provider(id), organization)?;
        }
        Ok(cast)
    }

    /// Who works for an organization, and in which teams.
    fn staff(&mut self, by: Organization, of: &cast::Organization) -> anyhow::Result<()> {
        for employee in of.employees {
            let employment = self.employment(by, of.name, employee)?;
            self.employments.push(employment);
        }
        for team in of.teams {
            let team = self.team(by, team)?;
            self.teams.push(team);
        }
        Ok(())
    }

    /// The word for the answer that is expected.
    pub(super) fn cell(
        &self,
        email: &str,
        location: &str,
        operation: Operation,
        at: Timestamp,
    ) -> anyhow::Result<String> {
        let user = self.user(email)?;
        let facts = Facts {
            location: Some(self.location(location)?),
            employments: self.employments.clone(),
            teams: self.teams.clone(),
        };
        let location = self.location_id(location)?;
        let outcome = |operation| {
            decide(
                &Question {
                    user,
                    operation,
                    location,
                    at,
                },
                &facts,
            )
            .outcome
        };
        if let Outcome::Denied { .. } = outcome(Operation::View) {
            return Ok("hidden".to_owned());
        }
        Ok(match outcome(operation) {
            Outcome::Allowed { .. } => "allowed",
            Outcome::Denied {
                missing: Some(missing),
            } if missing.is_only_schedule() => "outside-schedule",
            Outcome::Denied { .. } if operation == Operation::Arm => "not-an-armer",
            Outcome::Denied { .. } => "not-a-disarmer",
            Outcome::StepUp { .. } => bail!("the rule never asks for more"),
        }
        .to_owned())
    }

    fn employment(
        &self,
        by: Organization,
        name: &str,
        employee: &Employee,
    ) -> anyhow::Result<Employment> {
        let email = employee.person.email;
        Ok(Employment {
            id: named(&self.world.ids.employees, email)?,
            user: self.user(email)?,
            organization: by,
            organization_name: name.to_owned(),
            roles: employee.roles.iter().copied().collect(),
            location_roles: self.roles_at(employee.location_roles)?,
            schedule: employee.schedule.map(serde_json::from_str).transpose()?,
        })
    }

    fn team(&self, by: Organization, team: &cast::Team) -> anyhow::Result<Team> {
        let ids = &self.world.ids;
        let member = |email: &&str| named(&ids.employees, email);
        Ok(Team {
            id: named(&ids.teams, team.name)?,
            name: team.name.to_owned(),
            organization: by,
            members: team
                .members
                .iter()
                .map(member)
                .collect::<anyhow::Result<_>>()?,
            roles: self.roles_at(team.roles)?,
        })
    }

    fn location(&self, name: &str) -> anyhow::Result<Location> {
        let ids = &self.world.ids;
        let mut all = CUSTOMERS.iter().flat_map(|owner| {
            owner
                .locations
                .iter()
                .map(move |location| (owner, location))
        });
        let (owner, location) = all
            .find(|(_, location)| location.name == name)
            .context("nobody's location")?;
        let dealer = |dealer: &&Dealer| location.dealer == Some(dealer.organization.name);
        let provider = DEALERS
            .iter()
            .find(dealer)
            .and_then(|dealer| dealer.provider);
        Ok(Location {
            id: self.location_id(name)?,
            name: name.to_owned(),
            customer: named(&ids.customers, owner.organization.name)?,
            customer_name: owner.organization.name.to_owned(),
            dealer: location
                .dealer
                .map(|name| named(&ids.dealers, name))
                .transpose()?,
            provider: provider
                .map(|name| named(&ids.providers, name))
                .transpose()?,
        })
    }

    fn roles_at(&self, roles: &[(&str, &[SystemRole])]) -> anyhow::Result<RolesAt> {
        let entry = |(name, roles): &(&str, &[SystemRole])| {
            Ok((self.location_id(name)?, roles.iter().copied().collect()))
        };
        roles.iter().map(entry).collect()
    }

    fn user(&self, email: &str) -> anyhow::Result<UserId> {
        Ok(self.world.account(email)?.user_id.parse()?)
    }

    fn location_id(&self, name: &str) -> anyhow::Result<LocationId> {
        named(&self.world.ids.locations, name)
    }
}

/// The id of what has this name.
fn named<T>(ids: &BTreeMap<String, String>, name: &str) -> anyhow::Result<T>
where
    T: FromStr<Err: Into<anyhow::Error>>,
{
    let id = ids.get(name);
    let id = id.with_context(|| format!("nothing is named {name}"))?;
    id.parse().map_err(Into::into)
}
