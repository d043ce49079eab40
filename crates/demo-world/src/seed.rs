//! Makes the world, by the hands of the people in it.
//!
//! The first administrator follows the bootstrap link, gives RealGuardIO's own people their roles, and
//! creates the monitoring providers and the customers; the dealers are onboarded by whose role that is.
//! Each organization's administrator hires people and makes teams, a customer's creates locations and
//! appoints their dealers, a dealer's appoints its monitoring provider. The first administrator installs
//! a system at each location, and a technician of the dealer arms what is to be armed.

mod organizations;

use std::collections::BTreeMap;

use access::SystemRole;
use anyhow::{Context as _, ensure};
use reqwest::Client;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use crate::{
    Addresses,
    api::{Api, Seen},
    cast::{
        CUSTOMERS, DEALER_ONBOARDING, DEALERS, Location, PLATFORM_ADMINISTRATOR, PROVIDERS, Person,
        STAFF, everybody, rank,
    },
    mailbox,
    patience::{NotNow, patiently},
    visitor::Visitor,
};

/// What was made.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub struct World {
    /// The accounts, those to try first before the others; otherwise in the order of the cast.
    pub accounts: Vec<Account>,
    /// The ids, by name.
    pub ids: Ids,
    /// What was written to make it: whoever shares it is answered from the whole world.
    #[serde(skip)]
    pub seen: Seen,
}

/// An account that anybody may try.
#[derive(Debug, Clone, Deserialize, Serialize)]
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
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
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
        seen: Seen::default(),
        world: World::default(),
    };
    let administrator = seeding.first_administrator(bootstrap_link).await?;
    for person in STAFF {
        seeding.appoint(&administrator, person).await?;
    }
    for provider in PROVIDERS {
        seeding.provider(&administrator, provider).await?;
    }
    let onboarding = seeding.sign_in(&DEALER_ONBOARDING).await?;
    for dealer in DEALERS {
        seeding.dealer(&onboarding, dealer).await?;
    }
    for customer in CUSTOMERS {
        seeding.customer(&administrator, customer).await?;
    }
    // Their roles are at locations of customers, which are there by now.
    for dealer in DEALERS {
        seeding.teams_of_dealer(dealer).await?;
    }
    for location in CUSTOMERS.iter().flat_map(|customer| customer.locations) {
        seeding.system(&administrator, location).await?;
    }
    Ok(seeding.finished())
}

struct Seeding {
    client: Client,
    addresses: Addresses,
    password: String,
    /// What all who make the world together have seen: each knows what the others have done.
    seen: Seen,
    world: World,
}

impl Seeding {
    async fn first_administrator(&mut self, link: Url) -> anyhow::Result<Api> {
        let person = &PLATFORM_ADMINISTRATOR;
        self.choose_password(&link, person).await?;
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

    /// Installs a location's system, and arms it if it is to be armed.
    async fn system(&mut self, administrator: &Api, location: &Location) -> anyhow::Result<()> {
        let url = self.addresses.security_system.join("/securitysystems")?;
        let at = named(&self.world.ids.locations, location.name)?;
        let body = json!({ "locationId": at });
        let created = administrator.create(url, &body).await?;
        let (id, state) = (created.text("id")?, created.text("state")?);
        ensure!(
            state == "DISARMED",
            "the system of {} is {state}",
            location.name
        );
        if location.armed {
            let armer = self.sign_in(armer(location)?).await?;
            let path = format!("/securitysystems/{id}");
            let url = self.addresses.security_system.join(&path)?;
            armer.put(url, None, &json!({ "action": "ARM" })).await?;
        }
        let systems = &mut self.world.ids.systems;
        systems.insert(location.name.to_owned(), id);
        Ok(())
    }

    /// The person finds the one-time link in the mail, and chooses the demo's password.
    async fn activate(&mut self, person: &Person, id: String) -> anyhow::Result<()> {
        let link = patiently(|| async {
            let mut visitor = self.visitor();
            mailbox::link(&mut visitor, &self.addresses.iam, person.email).await
        });
        self.choose_password(&link.await?, person).await?;
        self.remember(person, id);
        Ok(())
    }

    async fn choose_password(&self, link: &Url, person: &Person) -> anyhow::Result<()> {
        patiently(|| async {
            let mut visitor = self.visitor();
            let chosen = visitor.choose_password(link.clone(), person.name, &self.password);
            match chosen.await {
                // Who said that there was no time may have done it all the same: then the link is gone.
                Err(gone) if !gone.is::<NotNow>() => {
                    let signed_in = self.sign_in(person).await;
                    signed_in.map(drop).map_err(|_| gone)
                }
                chosen => chosen,
            }
        })
        .await
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
        let token = patiently(|| async {
            let mut visitor = self.visitor();
            let signed_in = visitor.sign_in(&self.addresses.iam, person.email, &self.password);
            signed_in.await
        });
        let api = Api::new(self.client.clone(), token.await?);
        Ok(api.sharing(self.seen.clone()).patient())
    }

    fn visitor(&self) -> Visitor {
        Visitor::new(self.client.clone())
    }

    /// The world, its accounts in their order.
    fn finished(mut self) -> World {
        let order: Vec<_> = everybody().map(|person| person.email).collect();
        let place = |email: &str| order.iter().position(|other| *other == email);
        self.world
            .accounts
            .sort_by_key(|account| (rank(&account.email), place(&account.email)));
        self.world
    }
}

/// What has this name.
fn named(ids: &BTreeMap<String, String>, name: &str) -> anyhow::Result<String> {
    ids.get(name)
        .cloned()
        .with_context(|| format!("nothing is named {name}"))
}

/// Somebody at a location's dealer who may arm.
fn armer(location: &Location) -> anyhow::Result<&'static Person> {
    let dealer = DEALERS
        .iter()
        .find(|dealer| location.dealer == Some(dealer.organization.name));
    let employees = dealer.context("no dealer")?.organization.employees;
    let armer = employees
        .iter()
        .find(|employee| employee.roles.contains(&SystemRole::Armer));
    Ok(&armer.context("nobody there may arm")?.person)
}
