//! All services in one process, on real databases and a real broker, with clocks that stories move.

mod alone;
mod blueprint;
mod broker;
mod service;
mod sites;
mod twins;

use std::{path::Path, sync::Arc};

use access::UserId;
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
use iam_claims::Claims;
use jiff::Timestamp;
use outbox::{ConsistencyToken, Inbox};
use reqwest::Client;
use serde_json::Value;
use testkit::{
    clock::TestClock,
    nats::{Published, TestNats},
    postgres::FragileCluster,
    proxy::ChaosProxy,
};
use url::{Url, form_urlencoded::byte_serialize};

use self::blueprint::{Blueprint, CONFIDANT};
pub use self::{alone::Alone, blueprint::Leeway, service::Service, sites::Sites, twins::Twins};

/// The password of every account.
pub const PASSWORD: &str = "correct horse battery staple";

/// The secret of every client.
pub(crate) const CLIENT_SECRET: &str = "a secret that every client of a story has";

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
    /// The services.
    pub sites: Sites,
    /// What puts facts into tokens: asking their owners, and from what it has heard of them.
    issuing: [Box<iam_service::app::App>; 2],
    // Services end before what they stand on.
    blueprint: Blueprint,
    cluster: Option<FragileCluster>,
}

impl House {
    /// Builds the house and makes the demo world in it, on a Monday morning.
    pub async fn start() -> anyhow::Result<Self> {
        Self::build(MONDAY_MORNING.parse()?, None, None).await
    }

    /// The same, serving the built UI.
    pub async fn with_ui(ui: &Path) -> anyhow::Result<Self> {
        Self::build(MONDAY_MORNING.parse()?, Some(ui), None).await
    }

    /// The same, at the machine's own time, for stories in which programs run beside this one.
    pub async fn now() -> anyhow::Result<Self> {
        Self::build(SystemClock.now(), None, None).await
    }

    /// The same, with each service as a process of its own, on a database server that may crash.
    pub async fn of_processes() -> anyhow::Result<Self> {
        let cluster = FragileCluster::start().await?;
        let mut house = Self::build(SystemClock.now(), None, Some(cluster)).await?;
        for service in house.sites.each() {
            service.stop().await?;
            service
                .serve(house.blueprint.arguments_of(service.name()))
                .await?;
        }
        Ok(house)
    }

    async fn build(
        instant: Timestamp,
        ui: Option<&Path>,
        cluster: Option<FragileCluster>,
    ) -> anyhow::Result<Self> {
        let clock = TestClock::starting(instant);
        let (decisions, tokens) = (clock.clone(), TestClock::starting(clock.now()));
        let clocks = Clocks {
            decisions: Arc::new(decisions.clone()),
            tokens: Arc::new(tokens.clone()),
        };
        let mut sites = Sites::find(&clocks).await?;
        let server = cluster.as_ref().map(FragileCluster::url);
        let blueprint = Blueprint::draw(&sites, ui, server).await?;
        for service in sites.each() {
            blueprint.run(service)?;
        }
        let client = http_client()?;
        for service in sites.each() {
            service.starts(&client).await?;
        }
        let addresses = sites.addresses(blueprint.issuer.parse()?)?;
        let link = bootstrap(&blueprint, &clocks).await?;
        let world = seed(client.clone(), addresses.clone(), link, PASSWORD).await?;
        blueprint.list(&world.accounts)?;
        Ok(Self {
            issuing: [
                Box::new(issuing(&blueprint, &clocks, &client, "fetch")?),
                Box::new(issuing(&blueprint, &clocks, &client, "replicate")?),
            ],
            client,
            addresses,
            origin: blueprint.origin.parse()?,
            world,
            decisions,
            tokens,
            clocks,
            sites,
            blueprint,
            cluster,
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

    /// The same, with a token that claims facts.
    pub async fn provided(&self, email: &str) -> anyhow::Result<Api> {
        let mut visitor = Visitor::new(self.client.clone());
        let client = (CONFIDANT.0, Some(CONFIDANT.1));
        let token = visitor
            .sign_in_to(client, &self.addresses.iam, email, PASSWORD)
            .await?;
        Ok(Api::new(self.client.clone(), token))
    }

    /// What a token of somebody claims that is issued now, knowing of this.
    pub async fn claims(&self, user: UserId, known: &ConsistencyToken) -> anyhow::Result<Claims> {
        let claims = Box::pin(self.issuing[0].facts_about(user, known)).await;
        claims.context("no facts in tokens")
    }

    /// The same, where iam-service keeps what it hears.
    pub async fn claims_kept(
        &self,
        user: UserId,
        known: &ConsistencyToken,
    ) -> anyhow::Result<Claims> {
        let claims = Box::pin(self.issuing[1].facts_about(user, known)).await;
        claims.context("no facts in tokens")
    }

    /// Where each service is, and what it offers, as it says itself.
    pub async fn documents(&self) -> anyhow::Result<Vec<(&'static str, Url, Value)>> {
        let mut documents = Vec::new();
        for service in self.sites.all() {
            let document = service.watched(&self.client).await?.join("/openapi.json")?;
            let document = self.client.get(document).send().await?.json().await?;
            documents.push((service.name(), service.url()?, document));
        }
        Ok(documents)
    }

    /// A client's own access token for a service: for everything that it may do there.
    pub async fn machine(&self, client: &str, service: &str) -> anyhow::Result<String> {
        // RFC 6749 wants both parts of the basic scheme form-encoded first.
        let secret: String = byte_serialize(CLIENT_SECRET.as_bytes()).collect();
        let form = [("grant_type", "client_credentials"), ("resource", service)];
        let token = self.addresses.iam.join("/oauth2/token")?;
        let asked = self.client.post(token).basic_auth(client, Some(secret));
        let answer = asked.form(&form).send().await?.error_for_status()?;
        let answer: Value = answer.json().await?;
        let token = answer["access_token"].as_str();
        Ok(token.context("no token in the answer")?.to_owned())
    }

    /// A second instance of every service, on the same databases.
    pub async fn twins(&self) -> anyhow::Result<Twins> {
        Twins::start(self).await
    }

    /// Waits until a service has applied all that an answer speaks of.
    pub async fn settled(&self, service: &Service, answer: &Answer) -> anyhow::Result<()> {
        let token = answer
            .header("consistency-token")
            .context("the answer is to no write")?;
        let ready = service.watched(&self.client).await?.join("/health/ready")?;
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
    /// process alone, with a clock and a leeway of its own; and the authz-service that it asks.
    pub fn another_security_system_service(
        &self,
        leeway: Leeway,
        decisions: &TestClock,
        authz: &Service,
    ) -> anyhow::Result<security_system_service::Service> {
        let arguments = self.blueprint.security_system(leeway, authz.address());
        let config = service::parse(&arguments)?;
        let clocks = Clocks {
            decisions: Arc::new(decisions.clone()),
            tokens: self.clocks.tokens.clone(),
        };
        security_system_service::Service::new(&config, &clocks)
    }

    /// Another instance of authz-service on the same database, with a clock of its own, and all the time there is.
    pub async fn another_authz_service(&self, decisions: &TestClock) -> anyhow::Result<Service> {
        let clocks = Clocks {
            decisions: Arc::new(decisions.clone()),
            tokens: self.clocks.tokens.clone(),
        };
        let mut service = Service::bind("authz-service", &clocks).await?;
        blueprint::run(&mut service, &self.blueprint.authz("20s"))?;
        service.starts(&self.client).await?;
        Ok(service)
    }

    /// Starts a service that was stopped again, where it was.
    pub async fn restart(&mut self, name: &str) -> anyhow::Result<()> {
        let service = self.sites.named(name)?;
        service.rebind().await?;
        self.blueprint.run(service)?;
        service.is_ready(&self.client).await
    }

    /// Starts a service that was stopped or killed again, where it was, as a process of its own.
    pub async fn serve(&mut self, name: &str) -> anyhow::Result<()> {
        let service = self.sites.named(name)?;
        service.serve(self.blueprint.arguments_of(name)).await
    }

    /// Crashes the database server, and starts it again.
    pub async fn crash_databases(&mut self) -> anyhow::Result<()> {
        let cluster = self.cluster.as_mut();
        cluster.context("others use this server")?.crash().await
    }

    /// The network between security-system-service and customer-service.
    pub fn to_customers(&self) -> &ChaosProxy {
        &self.blueprint.to_customers
    }

    /// The network between security-system-service and authz-service.
    pub fn to_authz(&self) -> &ChaosProxy {
        &self.blueprint.to_authz
    }

    /// The network between browsers and the BFF.
    pub fn to_bff(&self) -> &ChaosProxy {
        &self.blueprint.to_bff
    }

    /// What a service has published, once that is everything up to this position.
    pub async fn published(&self, source: &str, position: i64) -> anyhow::Result<Vec<Published>> {
        let nats = &self.blueprint.nats;
        nats.published_by(source, position).await
    }

    /// Waits until a service has published something on a subject.
    pub async fn appears(&self, source: &str, subject: &str) -> anyhow::Result<()> {
        let nats = &self.blueprint.nats;
        nats.appears(source, subject).await.map(drop)
    }

    /// The network between a service and the broker.
    pub fn to_broker(&self, name: &str) -> &ChaosProxy {
        &self.blueprint.to_broker[name]
    }

    /// The broker.
    pub fn nats(&mut self) -> &mut TestNats {
        &mut self.blueprint.nats
    }
}

/// Another iam-service, which nobody signs in at.
fn issuing(
    blueprint: &Blueprint,
    clocks: &Clocks,
    client: &Client,
    facts: &str,
) -> anyhow::Result<iam_service::app::App> {
    let arguments = blueprint.iam_with(facts);
    let config = service::parse::<iam_service::Config>(&arguments)?;
    let pool = blueprint.databases["iam-service"].pool().clone();
    let inbox = Inbox::new(pool.clone());
    let app = iam_service::assemble(config.rules()?, pool, clocks.tokens.clone())?;
    let (settings, clock) = (&config.settings, clocks.tokens.clone());
    let gathering = iam_service::gathering(settings, &config.facts, client, clock, &inbox)?;
    Ok(iam_service::app::App { gathering, ..app })
}

/// What the command `iam-service bootstrap` prints.
async fn bootstrap(blueprint: &Blueprint, clocks: &Clocks) -> anyhow::Result<Url> {
    let cli = service::parse::<iam_service::Config>(&blueprint.iam())?;
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
