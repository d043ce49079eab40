//! What `access` computes from the cast, without any service.

use std::collections::{BTreeMap, BTreeSet};

use access::{
    CustomerId, Employment, Facts, Location, LocationId, Operation, Organization, Outcome,
    Question, SystemRole, Team, UserId, decide,
};
use anyhow::{Context as _, bail};
use demo_world::{
    cast::{self, CUSTOMERS, Customer, Employee},
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
        for customer in CUSTOMERS {
            for employee in customer.employees {
                cast.employments.push(cast.employment(customer, employee)?);
            }
            for team in customer.teams {
                cast.teams.push(cast.team(customer, team)?);
            }
        }
        Ok(cast)
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

    fn employment(&self, customer: &Customer, employee: &Employee) -> anyhow::Result<Employment> {
        let email = employee.person.email;
        let id = self
            .world
            .ids
            .employees
            .get(email)
            .context("no such employee")?;
        Ok(Employment {
            id: id.parse()?,
            user: self.user(email)?,
            organization: Organization::Customer(self.customer_id(customer.name)?),
            organization_name: customer.name.to_owned(),
            roles: employee.roles.iter().copied().collect(),
            location_roles: self.roles_at(employee.location_roles)?,
            schedule: employee.schedule.map(serde_json::from_str).transpose()?,
        })
    }

    fn team(&self, customer: &Customer, team: &cast::Team) -> anyhow::Result<Team> {
        let member = |email: &&str| {
            anyhow::Ok(
                self.world
                    .ids
                    .employees
                    .get(*email)
                    .context("no such member")?
                    .parse()?,
            )
        };
        Ok(Team {
            id: self
                .world
                .ids
                .teams
                .get(team.name)
                .context("no such team")?
                .parse()?,
            name: team.name.to_owned(),
            organization: Organization::Customer(self.customer_id(customer.name)?),
            members: team
                .members
                .iter()
                .map(member)
                .collect::<anyhow::Result<_>>()?,
            roles: self.roles_at(team.roles)?,
        })
    }

    fn location(&self, name: &str) -> anyhow::Result<Location> {
        let mut customers = CUSTOMERS.iter();
        let owner = customers
            .find(|customer| {
                customer
                    .locations
                    .iter()
                    .any(|location| location.name == name)
            })
            .context("nobody's location")?;
        Ok(Location {
            id: self.location_id(name)?,
            name: name.to_owned(),
            customer: self.customer_id(owner.name)?,
            dealer: None,
            provider: None,
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

    fn customer_id(&self, name: &str) -> anyhow::Result<CustomerId> {
        Ok(self
            .world
            .ids
            .customers
            .get(name)
            .context("no such customer")?
            .parse()?)
    }

    fn location_id(&self, name: &str) -> anyhow::Result<LocationId> {
        Ok(self
            .world
            .ids
            .locations
            .get(name)
            .context("no such location")?
            .parse()?)
    }
}
