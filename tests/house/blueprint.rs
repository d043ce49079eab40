//! What the services stand on and are told: databases, broker, network, clients, arguments.

use std::{collections::BTreeMap, net::SocketAddr, path::Path};

use anyhow::{Context as _, bail};
use demo_world::{
    clients::{LOOPBACK, clients},
    seed::Account,
    services::{OWNERS, SERVICES, SUPPLIES},
};
use serde_json::json;
use testkit::{nats::TestNats, postgres::TestDatabase, proxy::ChaosProxy, scratch::Scratch};
use url::Url;

use super::{CLIENT_SECRET, Service, broker, sites::Sites};

const IAM_SECRET: &str = "a secret for the tickets of iam-service in a story";
const CURSOR_KEY: &str = "a key for the cursors of authz-service in a story";
const SESSION_KEY: &str = "story:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// Tokens of this client claim facts, as those of the BFF do.
pub(super) const CONFIDANT: (&str, &str) = ("confidant", CLIENT_SECRET);
const CLIENTS: &str = "clients.json";
const ACCOUNTS: &str = "accounts.json";

/// What is put up with by an instance of security-system-service.
#[derive(Debug, Clone, Copy)]
pub struct Leeway {
    /// How old facts may be.
    pub staleness: &'static str,
    /// How long their owners have for an answer.
    pub facts_deadline: &'static str,
}

impl Leeway {
    /// Stories move clocks by weeks, and heartbeats take a second to follow.
    pub const OF_STORIES: Self = Self {
        staleness: "view=9999h,arm=9999h,disarm=9999h,acknowledge=9999h",
        facts_deadline: "2s",
    };
}

/// What the services stand on.
pub(super) struct Blueprint {
    pub(super) issuer: String,
    pub(super) origin: String,
    /// Between security-system-service and customer-service.
    pub(super) to_customers: ChaosProxy,
    /// Between security-system-service and authz-service.
    pub(super) to_authz: ChaosProxy,
    /// Between browsers and the BFF.
    pub(super) to_bff: ChaosProxy,
    /// Between each service and the broker.
    pub(super) to_broker: BTreeMap<&'static str, ChaosProxy>,
    pub(super) nats: TestNats,
    pub(super) databases: BTreeMap<&'static str, TestDatabase>,
    urls: BTreeMap<&'static str, String>,
    operations: BTreeMap<&'static str, String>,
    ui: Option<String>,
    scratch: Scratch,
}

impl Blueprint {
    /// Prepares databases, on this server if one is named, broker and network for services at these places.
    pub(super) async fn draw(
        sites: &Sites,
        ui: Option<&Path>,
        server: Option<&Url>,
    ) -> anyhow::Result<Self> {
        let nats = broker::start().await?;
        let to_customers = ChaosProxy::start(sites.customer.address()).await?;
        let to_authz = ChaosProxy::start(sites.authz.address()).await?;
        let to_bff = ChaosProxy::start(sites.bff.address()).await?;
        let url = |site: &Service| (site.name(), format!("http://{}", site.address()));
        let operations = |site: &Service| (site.name(), site.operations().to_string());
        let blueprint = Self {
            issuer: format!("http://localhost:{}", sites.iam.address().port()),
            origin: format!("http://localhost:{}", to_bff.address().port()),
            to_customers,
            to_authz,
            to_bff,
            to_broker: broker::networks(&nats).await?,
            nats,
            databases: databases(server).await?,
            urls: sites.all().map(url).into(),
            operations: sites.all().map(operations).into(),
            ui: ui.map(|ui| ui.display().to_string()),
            scratch: Scratch::new("house")?,
        };
        let origin = blueprint.origin.parse()?;
        let mut clients = clients(&origin, &origin, |_| Ok(CLIENT_SECRET.to_owned()))?;
        // A client as the BFF is, to see what its tokens say, which the BFF shows nobody.
        let audiences = clients[0]["audiences"].clone();
        let confidant = json!({
            "clientId": CONFIDANT.0, "clientSecret": CONFIDANT.1, "redirectUris": [LOOPBACK],
            "audiences": audiences, "facts": true,
        });
        clients
            .as_array_mut()
            .context("no clients")?
            .push(confidant);
        std::fs::write(blueprint.file(CLIENTS), clients.to_string())?;
        Ok(blueprint)
    }

    /// Starts a service in this process.
    pub(super) fn run(&self, service: &mut Service) -> anyhow::Result<()> {
        let arguments = self.arguments_of(service.name());
        run(service, &arguments)
    }

    /// What a service is told.
    pub(super) fn arguments_of(&self, name: &str) -> Vec<String> {
        match name {
            "iam-service" => self.iam(),
            "security-system-service" => {
                self.security_system(Leeway::OF_STORIES, self.to_authz.address())
            }
            // Less than whoever asks it waits for an answer.
            "authz-service" => self.authz("1500ms"),
            "bff" => self.bff(),
            _ => self.organization(name),
        }
    }

    pub(super) fn iam(&self) -> Vec<String> {
        self.iam_with("fetch")
    }

    /// The same, coming by facts in this way.
    pub(super) fn iam_with(&self, facts: &str) -> Vec<String> {
        self.arguments(
            "iam-service",
            &[
                ("--clients", &self.file(CLIENTS)),
                ("--operations-listen", &self.operations["iam-service"]),
                ("--iam-secrets", IAM_SECRET),
                ("--demo-accounts", &self.file(ACCOUNTS)),
                ("--facts", facts),
                // However busy the machine is.
                ("--facts-deadline", "10s"),
                // Stories move clocks by weeks.
                ("--staleness", "9999h"),
                ("--password-patience", "10s"),
                ("--client-secret", CLIENT_SECRET),
                ("--customer-service-url", &self.urls["customer-service"]),
                ("--dealer-service-url", &self.urls["dealer-service"]),
                ("--monitoring-service-url", &self.urls["monitoring-service"]),
            ],
        )
    }

    /// What customer-, dealer- or monitoring-service is told.
    fn organization(&self, name: &str) -> Vec<String> {
        let mut more = vec![
            ("--client-id", name),
            ("--client-secret", CLIENT_SECRET),
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

    /// What security-system-service is told, where authz-service is there.
    pub(super) fn security_system(&self, leeway: Leeway, authz: SocketAddr) -> Vec<String> {
        let customers = format!("http://{}", self.to_customers.address());
        let authz = format!("http://{authz}");
        self.arguments(
            "security-system-service",
            &[
                ("--client-id", "security-system-service"),
                ("--client-secret", CLIENT_SECRET),
                ("--customer-service-url", &customers),
                ("--dealer-service-url", &self.urls["dealer-service"]),
                ("--monitoring-service-url", &self.urls["monitoring-service"]),
                ("--authz-service-url", &authz),
                ("--staleness", leeway.staleness),
                ("--facts-deadline", leeway.facts_deadline),
            ],
        )
    }

    /// What authz-service is told, where whoever wants fresher facts waits so long.
    pub(super) fn authz(&self, patience: &str) -> Vec<String> {
        self.arguments(
            "authz-service",
            &[
                ("--owners", &OWNERS.join(",")),
                ("--supplies", SUPPLIES),
                ("--cursor-key", CURSOR_KEY),
                ("--staleness", "9999h"),
                ("--facts-deadline", patience),
            ],
        )
    }

    fn bff(&self) -> Vec<String> {
        let mut more = vec![
            ("--client-id", "bff"),
            ("--client-secret", CLIENT_SECRET),
            ("--public-url", &self.origin),
            ("--operations-listen", &self.operations["bff"]),
            // Time stands still here, and with it the hearts of the services.
            ("--silence", "1h"),
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

    fn arguments(&self, name: &str, more: &[(&str, &str)]) -> Vec<String> {
        let broker = self.to_broker[name].address();
        let nats = format!("nats://{name}:{name}@{broker}");
        let all = [
            ("--issuer", self.issuer.as_str()),
            ("--database-url", self.databases[name].url().as_str()),
            ("--nats-url", nats.as_str()),
        ];
        let pairs = all
            .iter()
            .chain(more)
            .flat_map(|(flag, value)| [(*flag).to_owned(), (*value).to_owned()]);
        pairs.chain(["--demo".to_owned()]).collect()
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

/// Starts a service in this process, told this.
pub(super) fn run(service: &mut Service, arguments: &[String]) -> anyhow::Result<()> {
    match service.name() {
        "iam-service" => service.run(iam_service::run, arguments),
        "customer-service" => service.run(customer_service::run, arguments),
        "dealer-service" => service.run(dealer_service::run, arguments),
        "monitoring-service" => service.run(monitoring_service::run, arguments),
        "security-system-service" => service.run(security_system_service::run, arguments),
        "authz-service" => service.run(authz_service::run, arguments),
        "bff" => service.run(bff::run, arguments),
        other => bail!("nobody knows how to run {other}"),
    }
}

async fn databases(server: Option<&Url>) -> anyhow::Result<BTreeMap<&'static str, TestDatabase>> {
    let mut databases = BTreeMap::new();
    for service in SERVICES {
        let database = match service.name {
            "iam-service" => TestDatabase::create_on(server, iam_service::migrate).await?,
            "customer-service" => {
                TestDatabase::create_on(server, customer_service::migrate).await?
            }
            "dealer-service" => TestDatabase::create_on(server, dealer_service::migrate).await?,
            "monitoring-service" => {
                TestDatabase::create_on(server, monitoring_service::migrate).await?
            }
            "security-system-service" => {
                TestDatabase::create_on(server, security_system_service::migrate).await?
            }
            "authz-service" => TestDatabase::create_on(server, authz_service::migrate).await?,
            "bff" => TestDatabase::create_on(server, bff::migrate).await?,
            other => bail!("nobody knows the tables of {other}"),
        };
        databases.insert(service.name, database);
    }
    Ok(databases)
}
