//! All services in one process, on real databases and a real broker, with clocks that stories move.

mod alone;
mod blueprint;
mod broker;
mod service;
mod sites;

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, ensure};
use chassis::{
    client::http_client,
    clock::{Clock as _, Clocks, SystemClock},
};
use demo_world::{
    Addresses,
    api::{Answer, Api},
    cast::PLATFORM_ADMINISTRATOR,
    seed::{World, seed},
    visitor::Visitor,
};
use jiff::Timestamp;
use reqwest::Client;
use testkit::{clock::TestClock, nats::TestNats, proxy::ChaosProxy};
use url::Url;

pub use self::{alone::Alone, service::Service};
use self::{blueprint::Blueprint, sites::Sites};

/// The password of every account.
pub const PASSWORD: &str = "correct horse battery staple";

/// A Monday, 11:00 in New York: Night Watch is off shift.
pub const MONDAY_MORNING: &str = "2026-10-19T15:00:00Z";

/// The house, and the demo world in it.
pub struct House {
    /// Calls the services.
    pub client: Client,
    /// Where the services are.
    pub addresses: Addresses,
    /// Where browsers go.
    pub origin: Url,
    /// The demo world.
    pub world: World,
    /// Says what time of day it is.
    pub decisions: TestClock,
    /// Says which tokens are expired.
    pub tokens: TestClock,
    clocks: Clocks,
    /// iam-service.
    pub iam: Service,
    /// customer-service.
    pub customer: Service,
    /// security-system-service.
    pub security_system: Service,
    _others: [Service; 3],
    // Services end before what they stand on.
    /// What the services stand on.
    pub blueprint: Blueprint,
}

impl House {
    /// Builds the house and makes the demo world in it, on a Monday morning.
    pub async fn start() -> anyhow::Result<Self> {
        Self::build(MONDAY_MORNING.parse()?, None).await
    }

    /// The same, serving the built UI.
    pub async fn with_ui(ui: &Path) -> anyhow::Result<Self> {
        Self::build(MONDAY_MORNING.parse()?, Some(ui)).await
    }

    /// The same, at the machine's own time, for stories in which programs run beside this one.
    pub async fn now() -> anyhow::Result<Self> {
        Self::build(SystemClock.now(), None).await
    }

    async fn build(instant: Timestamp, ui: Option<&Path>) -> anyhow::Result<Self> {
        let clock = TestClock::starting(instant);
        let (decisions, tokens) = (clock.clone(), TestClock::starting(clock.now()));
        let clocks = Clocks {
            decisions: Arc::new(decisions.clone()),
            tokens: Arc::new(tokens.clone()),
        };
        let mut sites = Sites::find(&clocks).await?;
        let blueprint = Blueprint::draw(&sites, ui).await?;
        blueprint.run_all(&mut sites)?;
        let client = http_client()?;
        for service in sites.all() {
            service.is_ready(&client).await?;
        }
        let addresses = Addresses {
            iam: blueprint.issuer.parse()?,
            customer: sites.customer.url()?,
            dealer: sites.dealer.url()?,
            monitoring: sites.monitoring.url()?,
            security_system: sites.security_system.url()?,
        };
        let link = bootstrap(&blueprint, &clocks).await?;
        let world = seed(client.clone(), addresses.clone(), link, PASSWORD).await?;
        blueprint.list(&world.accounts)?;
        let origin = blueprint.origin.parse()?;
        let [iam, customer, security_system, others @ ..] = sites.into_all();
        Ok(Self {
            client,
            addresses,
            origin,
            world,
            decisions,
            tokens,
            clocks,
            iam,
            customer,
            security_system,
            _others: others,
            blueprint,
        })
    }

    /// A caller of the services' own APIs, signed in as this account.
    pub async fn caller(&self, email: &str) -> anyhow::Result<Api> {
        let mut visitor = Visitor::new(self.client.clone());
        let token = visitor
            .sign_in(&self.addresses.iam, email, PASSWORD)
            .await?;
        Ok(Api::new(self.client.clone(), token))
    }

    /// Waits until a service has applied all that an answer speaks of.
    pub async fn settled(&self, service: &Service, answer: &Answer) -> anyhow::Result<()> {
        let token = answer
            .header("consistency-token")
            .context("the answer is to no write")?;
        let ready = service.url()?.join("/health/ready")?;
        let answer = self
            .client
            .get(ready)
            .header("consistency-token", token)
            .send()
            .await?;
        ensure!(
            answer.status().is_success(),
            "not settled: {}",
            answer.text().await?
        );
        Ok(())
    }

    /// The address of the system at a location.
    pub fn system(&self, location: &str) -> anyhow::Result<Url> {
        let id = self
            .world
            .ids
            .systems
            .get(location)
            .with_context(|| format!("no system at {location}"))?;
        Ok(self
            .addresses
            .security_system
            .join(&format!("/securitysystems/{id}"))?)
    }

    /// Another instance of security-system-service on the same database, asked from within this
    /// process alone.
    pub fn another_security_system_service(
        &self,
    ) -> anyhow::Result<security_system_service::Service> {
        let config = service::parse(&self.blueprint.security_system()?)?;
        security_system_service::Service::new(&config, &self.clocks)
    }

    /// Starts iam-service again where it was.
    pub async fn restart_iam(&mut self) -> anyhow::Result<()> {
        self.iam.rebind().await?;
        self.iam.run(iam_service::run, &self.blueprint.iam()?)?;
        self.iam.is_ready(&self.client).await
    }

    /// Starts customer-service again where it was.
    pub async fn restart_customer(&mut self) -> anyhow::Result<()> {
        let arguments = self.blueprint.organization("customer-service")?;
        self.customer.rebind().await?;
        self.customer.run(customer_service::run, &arguments)?;
        self.customer.is_ready(&self.client).await
    }

    /// Starts security-system-service again where it was.
    pub async fn restart_security_system(&mut self) -> anyhow::Result<()> {
        let arguments = self.blueprint.security_system()?;
        self.security_system.rebind().await?;
        self.security_system
            .run(security_system_service::run, &arguments)?;
        self.security_system.is_ready(&self.client).await
    }

    /// The network between security-system-service and customer-service.
    pub fn to_customers(&self) -> &ChaosProxy {
        &self.blueprint.to_customers
    }

    /// The network between browsers and the BFF.
    pub fn to_bff(&self) -> &ChaosProxy {
        &self.blueprint.to_bff
    }

    /// The broker.
    pub fn nats(&mut self) -> &mut TestNats {
        &mut self.blueprint.nats
    }
}

/// What the command `iam-service bootstrap` prints.
async fn bootstrap(blueprint: &Blueprint, clocks: &Clocks) -> anyhow::Result<Url> {
    let cli = service::parse::<iam_service::Config>(&blueprint.iam()?)?;
    let app = iam_service::assemble(
        cli.rules()?,
        blueprint.databases["iam-service"].pool().clone(),
        clocks.tokens.clone(),
    )?;
    let person = PLATFORM_ADMINISTRATOR;
    let link = app
        .bootstrap(&person.email.parse()?, &person.name.parse()?)
        .await?;
    Ok(link.parse()?)
}
