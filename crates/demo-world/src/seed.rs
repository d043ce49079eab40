//! Makes the world, by the hands of the people in it.
//!
//! The first administrator follows the bootstrap link, gives RealGuardIO's own people their roles and
//! creates the customers. Each customer's administrator creates locations and teams and hires people. The
//! first administrator installs a system at each location, and an armer arms what is to be armed.

use std::collections::BTreeMap;

use access::SystemRole;
use anyhow::{Context as _, ensure};
use reqwest::Client;
use serde::Serialize;
use serde_json::{Value, json};
use url::Url;

use crate::{
    Addresses,
    api::{Answer, Api},
    cast::{
        self, CUSTOMERS, Customer, Employee, Location, PLATFORM_ADMINISTRATOR, Person, STAFF, Team,
    },
    mailbox,
    visitor::Visitor,
};

/// What was made.
#[derive(Debug, Clone, Default, Serialize)]
pub struct World {
    /// The accounts, those to try first before the others; otherwise in the order of the cast.
    pub accounts: Vec<Account>,
    /// The ids, by name.
    pub ids: Ids,
}

/// An account that anybody may try.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Signs in with this address
    pub email: String,
    /// and this password.
    pub password: String,
    /// The user's id.
    pub user_id: String,
    /// What the account may do, in words.
    pub may: String,
}

/// The ids of what was made, by name; of employees by e-mail address.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Ids {
    /// Customers.
    pub customers: BTreeMap<String, String>,
    /// Locations.
    pub locations: BTreeMap<String, String>,
    /// Systems, by the name of their location.
    pub systems: BTreeMap<String, String>,
    /// Dealers.
    pub dealers: BTreeMap<String, String>,
    /// Monitoring providers.
    pub providers: BTreeMap<String, String>,
    /// Employments, by e-mail address.
    pub employees: BTreeMap<String, String>,
    /// Teams.
    pub teams: BTreeMap<String, String>,
}

impl World {
    /// The account with this address.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn account(&self, email: &str) -> anyhow::Result<&Account> {
        let mut accounts = self.accounts.iter();
        accounts
            .find(|account| account.email == email)
            .with_context(|| format!("no account {email}"))
    }
}

/// Makes the world.
///
/// # Errors
///
/// When a service refuses a step, or cannot be reached.
pub async fn seed(
    client: Client,
    addresses: Addresses,
    bootstrap_link: Url,
    password: &str,
) -> anyhow::Result<World> {
    let mut seeding = Seeding {
        client,
        addresses,
        password: password.to_owned(),
        world: World::default(),
    };
    let administrator = seeding.first_administrator(bootstrap_link).await?;
    for person in STAFF {
        seeding.appoint(&administrator, person).await?;
    }
    for customer in CUSTOMERS {
        seeding.customer(&administrator, customer).await?;
    }
    for customer in CUSTOMERS {
        seeding.systems(&administrator, customer).await?;
    }
    seeding
        .world
        .accounts
        .sort_by_key(|account| cast::rank(&account.email));
    Ok(seeding.world)
}

struct Seeding {
    client: Client,
    addresses: Addresses,
    password: String,
    world: World,
}

impl Seeding {
    async fn first_administrator(&mut self, link: Url) -> anyhow::Result<Api> {
        let person = &PLATFORM_ADMINISTRATOR;
        let mut visitor = Visitor::new(self.client.clone());
        visitor.choose_password(link, &self.password).await?;
        let api = self.sign_in(person).await?;
        let users = api.get(self.addresses.iam.join("/users")?).await?;
        let id = users.body["items"]
            .as_array()
            .and_then(|users| users.iter().find(|user| user["email"] == person.email))
            .and_then(|user| user["id"].as_str())
            .context("the first administrator is not among the users")?
            .to_owned();
        self.remember(person, id);
        Ok(api)
    }

    /// Gives a person an account with application roles.
    async fn appoint(&mut self, administrator: &Api, person: &Person) -> anyhow::Result<()> {
        let body = json!({ "email": person.email, "name": person.name, "roles": person.application_roles });
        let invitations = self.addresses.iam.join("/invitations")?;
        let id = administrator.create(invitations, &body).await?.text("id")?;
        self.activate(person, id).await
    }

    async fn customer(&mut self, administrator: &Api, customer: &Customer) -> anyhow::Result<()> {
        let person = &customer.administrator;
        let body = json!({ "name": customer.name, "administrator": { "email": person.email, "name": person.name } });
        let created = administrator
            .create(self.addresses.customer.join("/customers")?, &body)
            .await?;
        let id = created.text("id")?;
        self.world
            .ids
            .customers
            .insert(customer.name.to_owned(), id.clone());
        let employment = Answer {
            body: created.body["administrator"].clone(),
            ..created
        };
        self.employed(person, &employment).await?;
        let api = self.sign_in(person).await?;
        let base = self.addresses.customer.join(&format!("/customers/{id}/"))?;
        for location in customer.locations {
            self.location(&api, &base, location).await?;
        }
        for employee in customer.employees {
            self.employee(&api, &base, employee).await?;
        }
        for team in customer.teams {
            self.team(&api, &base, team).await?;
        }
        Ok(())
    }

    async fn location(&mut self, api: &Api, base: &Url, location: &Location) -> anyhow::Result<()> {
        let created = api
            .create(base.join("locations")?, &json!({ "name": location.name }))
            .await?;
        let ids = &mut self.world.ids.locations;
        ids.insert(location.name.to_owned(), created.text("id")?);
        Ok(())
    }

    async fn employee(&mut self, api: &Api, base: &Url, employee: &Employee) -> anyhow::Result<()> {
        let schedule: Value = employee
            .schedule
            .map_or(Ok(Value::Null), serde_json::from_str)?;
        let person = &employee.person;
        let body = json!({ "email": person.email, "name": person.name, "roles": employee.roles, "schedule": schedule });
        let hired = api.create(base.join("employees")?, &body).await?;
        if !employee.location_roles.is_empty() {
            let url = base.join(&format!("employees/{}/location-roles", hired.text("id")?))?;
            let body = json!({ "locationRoles": self.at_locations(employee.location_roles)? });
            api.put(url, hired.header("etag"), &body).await?;
        }
        self.employed(person, &hired).await
    }

    async fn team(&mut self, api: &Api, base: &Url, team: &Team) -> anyhow::Result<()> {
        let created = api
            .create(base.join("teams")?, &json!({ "name": team.name }))
            .await?;
        let id = created.text("id")?;
        for email in team.members {
            let employee = self
                .world
                .ids
                .employees
                .get(*email)
                .context("no such member")?;
            let url = base.join(&format!("teams/{id}/members/{employee}"))?;
            api.put(url, None, &json!({})).await?;
        }
        for (location, roles) in self.at_locations(team.roles)? {
            let url = base.join(&format!("teams/{id}/roles/{location}"))?;
            api.put(url, None, &json!({ "roles": roles })).await?;
        }
        self.world.ids.teams.insert(team.name.to_owned(), id);
        Ok(())
    }

    async fn systems(&mut self, administrator: &Api, customer: &Customer) -> anyhow::Result<()> {
        let url = self.addresses.security_system.join("/securitysystems")?;
        for location in customer.locations {
            let id = self
                .world
                .ids
                .locations
                .get(location.name)
                .context("no such location")?;
            let created = administrator
                .create(url.clone(), &json!({ "locationId": id }))
                .await?;
            let state = created.text("state")?;
            ensure!(
                state == "DISARMED",
                "the system of {} is {state}",
                location.name
            );
            let ids = &mut self.world.ids.systems;
            ids.insert(location.name.to_owned(), created.text("id")?);
        }
        let armer = self.armer(customer).await?;
        for location in customer.locations.iter().filter(|location| location.armed) {
            let id = self
                .world
                .ids
                .systems
                .get(location.name)
                .context("no such system")?;
            let url = self
                .addresses
                .security_system
                .join(&format!("/securitysystems/{id}"))?;
            armer.put(url, None, &json!({ "action": "ARM" })).await?;
        }
        self.rest(customer).await
    }

    /// Somebody who may arm everything of a customer: whoever has the role, or the first employee, who
    /// gets it until [`Self::rest`].
    async fn armer(&self, customer: &Customer) -> anyhow::Result<Api> {
        let employee = armer(customer)?;
        if !employee.roles.contains(&SystemRole::Armer) {
            let roles: Vec<_> = employee.roles.iter().chain(&[SystemRole::Armer]).collect();
            self.roles(customer, employee, &json!(roles)).await?;
        }
        self.sign_in(&employee.person).await
    }

    /// Takes back what [`Self::armer`] gave.
    async fn rest(&self, customer: &Customer) -> anyhow::Result<()> {
        let employee = armer(customer)?;
        self.roles(customer, employee, &json!(employee.roles)).await
    }

    async fn roles(
        &self,
        customer: &Customer,
        employee: &Employee,
        roles: &Value,
    ) -> anyhow::Result<()> {
        let ids = &self.world.ids;
        let customer_id = ids
            .customers
            .get(customer.name)
            .context("no such customer")?;
        let employee_id = ids
            .employees
            .get(employee.person.email)
            .context("no such employee")?;
        let path = format!("/customers/{customer_id}/employees/{employee_id}/roles");
        let api = self.sign_in(&customer.administrator).await?;
        api.put(
            self.addresses.customer.join(&path)?,
            None,
            &json!({ "roles": roles }),
        )
        .await?;
        Ok(())
    }

    fn at_locations(
        &self,
        roles: &[(&str, &'static [SystemRole])],
    ) -> anyhow::Result<BTreeMap<String, &'static [SystemRole]>> {
        let locations = &self.world.ids.locations;
        let id = |name: &str| {
            locations
                .get(name)
                .cloned()
                .with_context(|| format!("no location {name}"))
        };
        roles
            .iter()
            .map(|(name, roles)| Ok((id(name)?, *roles)))
            .collect()
    }

    async fn employed(&mut self, person: &Person, employment: &Answer) -> anyhow::Result<()> {
        let id = employment.text("id")?;
        self.world.ids.employees.insert(person.email.to_owned(), id);
        self.activate(person, employment.text("userId")?).await
    }

    /// The person finds the one-time link in the mail, and chooses the demo's password.
    async fn activate(&mut self, person: &Person, id: String) -> anyhow::Result<()> {
        let mut visitor = Visitor::new(self.client.clone());
        let link = mailbox::link(&mut visitor, &self.addresses.iam, person.email).await?;
        visitor.choose_password(link, &self.password).await?;
        self.remember(person, id);
        Ok(())
    }

    fn remember(&mut self, person: &Person, user_id: String) {
        self.world.accounts.push(Account {
            email: person.email.to_owned(),
            password: self.password.clone(),
            user_id,
            may: person.may.to_owned(),
        });
    }

    async fn sign_in(&self, person: &Person) -> anyhow::Result<Api> {
        let mut visitor = Visitor::new(self.client.clone());
        let token = visitor
            .sign_in(&self.addresses.iam, person.email, &self.password)
            .await?;
        Ok(Api::new(self.client.clone(), token))
    }
}

fn armer(customer: &Customer) -> anyhow::Result<&Employee> {
    let employees = customer.employees;
    let armer = employees
        .iter()
        .find(|employee| employee.roles.contains(&SystemRole::Armer));
    armer.or(employees.first()).context("nobody works here")
}
