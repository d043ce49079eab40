//! What the services stand on and are told: databases, broker, network, clients, arguments.

use std::path::Path;

use demo_world::{clients::clients, seed::Account};
use secrecy::SecretString;
use testkit::{nats::TestNats, postgres::TestDatabase, proxy::ChaosProxy, scratch::Scratch};

use super::{Service, broker};

const SECRET: &str = "a secret that every client of a story has";
const IAM_SECRET: &str = "a secret for the tickets of iam-service in a story";
const SESSION_KEY: &str = "story:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
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
    pub(super) databases: [TestDatabase; 4],
    urls: [String; 4],
    operations: String,
    ui: Option<String>,
    scratch: Scratch,
}

impl Blueprint {
    /// Prepares databases, broker and network for services at these places.
    pub(super) async fn draw(sites: &[Service; 4], ui: Option<&Path>) -> anyhow::Result<Self> {
        let [iam, customer, _, bff] = sites;
        let to_customers = ChaosProxy::start(customer.address()).await?;
        let to_bff = ChaosProxy::start(bff.address()).await?;
        let blueprint = Self {
            issuer: format!("http://localhost:{}", iam.address().port()),
            origin: format!("http://localhost:{}", to_bff.address().port()),
            to_customers,
            to_bff,
            nats: broker::start().await?,
            databases: databases().await?,
            urls: sites
                .each_ref()
                .map(|site| format!("http://{}", site.address())),
            operations: bff.operations().to_string(),
            ui: ui.map(|ui| ui.display().to_string()),
            scratch: Scratch::new("house")?,
        };
        let origin = blueprint.origin.parse()?;
        let clients = clients(&origin, &origin, |_| Ok(SECRET.to_owned()))?;
        std::fs::write(blueprint.file(CLIENTS), clients.to_string())?;
        Ok(blueprint)
    }

    /// Starts all services, each at its place.
    pub(super) fn run_all(&self, sites: &mut [Service; 4]) -> anyhow::Result<()> {
        let [iam, customer, security_system, bff] = sites;
        iam.run(iam_service::run, &self.iam()?)?;
        customer.run(customer_service::run, &self.customer()?)?;
        security_system.run(security_system_service::run, &self.security_system()?)?;
        bff.run(bff::run, &self.bff()?)
    }

    pub(super) fn iam(&self) -> anyhow::Result<Vec<String>> {
        self.arguments(
            "iam-service",
            0,
            &[
                ("--clients", &self.file(CLIENTS)),
                ("--iam-secrets", IAM_SECRET),
                ("--demo-accounts", &self.file(ACCOUNTS)),
            ],
        )
    }

    /// The arguments of customer-service.
    pub fn customer(&self) -> anyhow::Result<Vec<String>> {
        self.arguments(
            "customer-service",
            1,
            &[
                ("--client-id", "customer-service"),
                ("--client-secret", SECRET),
                ("--iam-service-url", &self.urls[0]),
            ],
        )
    }

    pub(super) fn security_system(&self) -> anyhow::Result<Vec<String>> {
        let customers = format!("http://{}", self.to_customers.address());
        self.arguments(
            "security-system-service",
            2,
            &[
                ("--client-id", "security-system-service"),
                ("--client-secret", SECRET),
                ("--customer-service-url", &customers),
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
            ("--iam-service-url", &self.urls[0]),
            ("--customer-service-url", &self.urls[1]),
            ("--security-system-service-url", &self.urls[2]),
        ];
        more.extend(self.ui.iter().map(|ui| ("--ui-dir", ui.as_str())));
        self.arguments("bff", 3, &more)
    }

    fn arguments(
        &self,
        name: &str,
        at: usize,
        more: &[(&str, &str)],
    ) -> anyhow::Result<Vec<String>> {
        let nats = self.nats.url_of(name, name)?;
        let all = [
            ("--issuer", self.issuer.as_str()),
            ("--database-url", self.databases[at].url().as_str()),
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

async fn databases() -> anyhow::Result<[TestDatabase; 4]> {
    let bare = || TestDatabase::create(async |_| anyhow::Ok(()));
    let databases = [bare().await?, bare().await?, bare().await?, bare().await?];
    let url = |at: usize| SecretString::from(databases[at].url().as_str());
    iam_service::migrate(&url(0)).await?;
    customer_service::migrate(&url(1)).await?;
    security_system_service::migrate(&url(2)).await?;
    bff::migrate(&url(3)).await?;
    Ok(databases)
}
