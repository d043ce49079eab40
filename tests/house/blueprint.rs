//! What the services stand on and are told: databases, broker, network, clients, arguments.

use std::{collections::BTreeMap, path::Path};

use anyhow::bail;
use demo_world::{clients::clients, seed::Account, services::SERVICES};
use testkit::{nats::TestNats, postgres::TestDatabase, proxy::ChaosProxy, scratch::Scratch};

use super::{Service, broker, sites::Sites};

const SECRET: &str = "a secret that every client of a story has";
const IAM_SECRET: &str = "a secret for the tickets of iam-service in a story";
const SESSION_KEY: &str = "story:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// Stories move clocks by weeks, and heartbeats take a second to follow.
const STALENESS: &str = "view=9999h,arm=9999h,disarm=9999h,acknowledge=9999h";
const CLIENTS: &str = "clients.json";
const ACCOUNTS: &str = "accounts.json";

/// What the services stand on.
pub struct Blueprint {
    pub(super) issuer: String,
    pub(super) origin: String,
    /// Between security-system-service and customer-service.
    pub(super) to_customers: ChaosProxy,
    /// Between browsers and the BFF.
    pub(super) to_bff: ChaosProxy,
    pub(super) nats: TestNats,
    pub(super) databases: BTreeMap<&'static str, TestDatabase>,
    urls: BTreeMap<&'static str, String>,
    operations: String,
    ui: Option<String>,
    scratch: Scratch,
}

impl Blueprint {
    /// Prepares databases, broker and network for services at these places.
    pub(super) async fn draw(sites: &Sites, ui: Option<&Path>) -> anyhow::Result<Self> {
        let to_customers = ChaosProxy::start(sites.customer.address()).await?;
        let to_bff = ChaosProxy::start(sites.bff.address()).await?;
        let url = |site: &Service| (site.name(), format!("http://{}", site.address()));
        let blueprint = Self {
            issuer: format!("http://localhost:{}", sites.iam.address().port()),
            origin: format!("http://localhost:{}", to_bff.address().port()),
            to_customers,
            to_bff,
            nats: broker::start().await?,
            databases: databases().await?,
            urls: sites.all().map(url).into(),
            operations: sites.bff.operations().to_string(),
            ui: ui.map(|ui| ui.display().to_string()),
            scratch: Scratch::new("house")?,
        };
        let origin = blueprint.origin.parse()?;
        let clients = clients(&origin, &origin, |_| Ok(SECRET.to_owned()))?;
        std::fs::write(blueprint.file(CLIENTS), clients.to_string())?;
        Ok(blueprint)
    }

    /// Starts all services, each at its place.
    pub(super) fn run_all(&self, sites: &mut Sites) -> anyhow::Result<()> {
        sites.iam.run(iam_service::run, &self.iam()?)?;
        let customer = self.organization("customer-service")?;
        sites.customer.run(customer_service::run, &customer)?;
        let dealer = self.organization("dealer-service")?;
        sites.dealer.run(dealer_service::run, &dealer)?;
        let monitoring = self.organization("monitoring-service")?;
        sites.monitoring.run(monitoring_service::run, &monitoring)?;
        let security_system = self.security_system()?;
        sites
            .security_system
            .run(security_system_service::run, &security_system)?;
        sites.bff.run(bff::run, &self.bff()?)
    }

    /// The arguments of iam-service.
    pub fn iam(&self) -> anyhow::Result<Vec<String>> {
        self.arguments(
            "iam-service",
            &[
                ("--clients", &self.file(CLIENTS)),
                ("--iam-secrets", IAM_SECRET),
                ("--demo-accounts", &self.file(ACCOUNTS)),
            ],
        )
    }

    /// The arguments of customer-, dealer- or monitoring-service.
    pub fn organization(&self, name: &str) -> anyhow::Result<Vec<String>> {
        let mut more = vec![
            ("--client-id", name),
            ("--client-secret", SECRET),
            ("--iam-service-url", &*self.urls["iam-service"]),
        ];
        // Whom they ask where they serve.
        let customers = ("--customer-service-url", &*self.urls["customer-service"]);
        let dealers = ("--dealer-service-url", &*self.urls["dealer-service"]);
        match name {
            "dealer-service" => more.push(customers),
            "monitoring-service" => more.extend([customers, dealers]),
            _ => {}
        }
        self.arguments(name, &more)
    }

    /// The arguments of security-system-service.
    pub fn security_system(&self) -> anyhow::Result<Vec<String>> {
        let customers = format!("http://{}", self.to_customers.address());
        self.arguments(
            "security-system-service",
            &[
                ("--client-id", "security-system-service"),
                ("--client-secret", SECRET),
                ("--customer-service-url", &customers),
                ("--dealer-service-url", &self.urls["dealer-service"]),
                ("--monitoring-service-url", &self.urls["monitoring-service"]),
                ("--staleness", STALENESS),
            ],
        )
    }

    pub(super) fn bff(&self) -> anyhow::Result<Vec<String>> {
        let mut more = vec![
            ("--client-id", "bff"),
            ("--client-secret", SECRET),
            ("--public-url", &self.origin),
            ("--operations-listen", &self.operations),
            ("--session-keys", SESSION_KEY),
            ("--iam-service-url", &self.urls["iam-service"]),
            ("--customer-service-url", &self.urls["customer-service"]),
            ("--dealer-service-url", &self.urls["dealer-service"]),
            ("--monitoring-service-url", &self.urls["monitoring-service"]),
            (
                "--security-system-service-url",
                &self.urls["security-system-service"],
            ),
        ];
        more.extend(self.ui.iter().map(|ui| ("--ui-dir", ui.as_str())));
        self.arguments("bff", &more)
    }

    fn arguments(&self, name: &str, more: &[(&str, &str)]) -> anyhow::Result<Vec<String>> {
        let nats = self.nats.url_of(name, name)?;
        let all = [
            ("--issuer", self.issuer.as_str()),
            ("--database-url", self.databases[name].url().as_str()),
            ("--nats-url", nats.as_str()),
        ];
        let pairs = all
            .iter()
            .chain(more)
            .flat_map(|(flag, value)| [(*flag).to_owned(), (*value).to_owned()]);
        Ok(pairs.chain(["--demo".to_owned()]).collect())
    }

    /// What the sign-in page offers.
    pub(super) fn list(&self, accounts: &[Account]) -> anyhow::Result<()> {
        Ok(std::fs::write(
            self.file(ACCOUNTS),
            serde_json::to_vec(accounts)?,
        )?)
    }

    fn file(&self, name: &str) -> String {
        self.scratch.path().join(name).display().to_string()
    }
}

async fn databases() -> anyhow::Result<BTreeMap<&'static str, TestDatabase>> {
    let mut databases = BTreeMap::new();
    for service in SERVICES {
        let database = match service.name {
            "iam-service" => TestDatabase::create(iam_service::migrate).await?,
            "customer-service" => TestDatabase::create(customer_service::migrate).await?,
            "dealer-service" => TestDatabase::create(dealer_service::migrate).await?,
            "monitoring-service" => TestDatabase::create(monitoring_service::migrate).await?,
            "security-system-service" => {
                TestDatabase::create(security_system_service::migrate).await?
            }
            "bff" => TestDatabase::create(bff::migrate).await?,
            other => bail!("nobody knows the tables of {other}"),
        };
        databases.insert(service.name, database);
    }
    Ok(databases)
}
