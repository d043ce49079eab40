//! The service under test: its own database, its own listener, a clock in the test's hand.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use access::UserId;
use anyhow::Context as _;
use chassis::auth::{Verifier, VerifierSettings};
use chassis::client::http_client;
use chassis::config::Settings;
use clap::Parser;
use iam_service::app::{App, CleanUp, LogoutCourier};
use iam_service::back_channel::BackChannel;
use iam_service::config::{FactsSettings, Rules};
use iam_service::domain::client::{Client, Clients};
use iam_service::domain::ticket::Secrets;
use iam_service::http::{Api, Cookies, Demo};
use idempotency::Idempotency;
use jiff::SignedDuration;
use outbox::Inbox;
use reqwest::RequestBuilder;
use serde_json::Value;
use testkit::clock::TestClock;
use testkit::postgres::TestDatabase;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;
use uuid::Uuid;

use crate::browser::Browser;

/// A Monday morning.
const START: &str = "2026-01-05T09:00:00Z";
/// What everybody in these tests has for a password.
pub(crate) const PASSWORD: &str = "four quiet lamps";
/// Who hires in these tests.
pub(crate) const HIRER: u128 = 7;
/// The administrator of these tests.
pub(crate) const ADMINISTRATOR: &str = "priya@realguardio.example";

pub(crate) struct Service {
    pub(crate) app: Arc<App>,
    pub(crate) clock: TestClock,
    pub(crate) http: reqwest::Client,
    pub(crate) database: TestDatabase,
    pub(crate) inbox: Inbox,
    pub(crate) issuer: Url,
    /// Where it is watched.
    operations: SocketAddr,
    serving: JoinHandle<()>,
}

/// How a service under test differs from the others.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) backchannel_logout_uri: Option<Url>,
    pub(crate) demo_accounts: Option<PathBuf>,
    /// Believe another issuer's tokens.
    pub(crate) verifier: Option<VerifierSettings>,
    /// Whom it asks for facts: the owners of customers, dealers and providers.
    pub(crate) owners: Option<[Url; 3]>,
    /// Whether it looks up what it hears instead.
    pub(crate) replicates: bool,
    /// How long a request may take.
    pub(crate) deadline: Option<&'static str>,
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    settings: Settings,
}

impl Service {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        Self::start_with(Options::default()).await
    }

    pub(crate) async fn start_with(options: Options) -> anyhow::Result<Self> {
        let database = TestDatabase::create(iam_service::migrate).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let issuer = format!("http://localhost:{}", listener.local_addr()?.port());
        let clock = TestClock::at(START)?;
        let rules = Rules {
            secrets: secrets()?,
            issuer: issuer.clone(),
            clients: clients(options.backchannel_logout_uri)?,
            access_token_lifetime: SignedDuration::from_mins(3),
            passwords_at_once: 2,
            // As long as a request may take: these tests do not ask how busy the machine is.
            password_patience: Duration::from_secs(29),
        };
        let clocks = Arc::new(clock.clone());
        let app = iam_service::assemble(rules, database.pool().clone(), clocks.clone())?;
        let settings = Flags::try_parse_from([
            "test",
            "--issuer",
            &issuer,
            "--deadline",
            options.deadline.unwrap_or("29s"),
        ])?
        .settings;
        let verifier = match options.verifier {
            Some(verifier) => verifier,
            None => VerifierSettings::new(&settings, "iam-service")?,
        };
        let http = http_client()?;
        let inbox = Inbox::new(database.pool().clone());
        let facts = facts(options.owners, options.replicates)?;
        let gathering = iam_service::gathering(&settings, &facts, &http, clocks, &inbox)?;
        let app = Arc::new(App { gathering, ..app });
        app.ensure_keys().await?;
        let issuer: Url = issuer.parse()?;
        let api = Api {
            app: Arc::clone(&app),
            verifier: Arc::new(Verifier::new(
                verifier,
                http.clone(),
                Arc::new(clock.clone()),
            )),
            inbox: inbox.clone(),
            idempotency: Idempotency::new(database.pool().clone()),
            cookies: Arc::new(Cookies::new(&issuer)),
            proxies: Arc::new([IpAddr::from([127, 0, 0, 1])].into_iter().collect()),
            demo: Some(Arc::new(Demo::new(options.demo_accounts))),
        };
        let served = iam_service::faces(api, &settings);
        let public = served
            .public
            .into_make_service_with_connect_info::<SocketAddr>();
        let watched = TcpListener::bind("127.0.0.1:0").await?;
        let operations = watched.local_addr()?;
        let serving = tokio::spawn(async move {
            let public = axum::serve(listener, public).into_future();
            let watched = axum::serve(watched, served.operations).into_future();
            drop(tokio::join!(public, watched));
        });
        Ok(Self {
            app,
            clock,
            http,
            database,
            inbox,
            issuer,
            operations,
            serving,
        })
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.iss())
    }

    /// The issuer as tokens name it.
    pub(crate) fn iss(&self) -> &str {
        self.issuer.as_str().trim_end_matches('/')
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.http.clone(), self.issuer.clone())
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(self.url(path))
    }

    /// Asks as those do who watch it.
    pub(crate) fn watch(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("http://{}{path}", self.operations))
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(self.url(path))
    }

    pub(crate) async fn json(&self, path: &str) -> anyhow::Result<Value> {
        Ok(self
            .get(path)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?)
    }

    /// Hires somebody, as a service does for an employer.
    pub(crate) async fn hire(&self, email: &str) -> anyhow::Result<UserId> {
        self.hire_for(HIRER, email).await
    }

    /// Hires somebody for this employer's administrator.
    pub(crate) async fn hire_for(&self, hirer: u128, email: &str) -> anyhow::Result<UserId> {
        let (email, hirer) = (email.parse()?, Uuid::from_u128(hirer));
        let found = self.app.find_or_create_user(&email, hirer.into()).await?;
        Ok(found.user.id)
    }

    /// Makes a user with the password of these tests, by the ways that people take.
    pub(crate) async fn user(&self, email: &str, name: &str) -> anyhow::Result<String> {
        let user = self.hire(email).await?;
        let link = self.newest_link(email).await?;
        let choice = [("name", name), ("password", PASSWORD)];
        self.choose(&link, &choice).await?;
        Ok(user.to_string())
    }

    /// Makes the first administrator, as an operator would.
    pub(crate) async fn administrator(&self) -> anyhow::Result<()> {
        let link = self
            .app
            .bootstrap(&ADMINISTRATOR.parse()?, &"Priya Nair".parse()?)
            .await?;
        self.set_password(&link, PASSWORD).await
    }

    pub(crate) async fn set_password(&self, link: &str, password: &str) -> anyhow::Result<()> {
        self.choose(link, &[("password", password)]).await
    }

    /// Chooses a name and a password by a link.
    pub(crate) async fn choose(&self, link: &str, choice: &[(&str, &str)]) -> anyhow::Result<()> {
        let answer = self.http.post(link).form(choice).send().await?;
        anyhow::ensure!(answer.status() == 200, "{}", answer.status());
        Ok(())
    }

    /// The link that somebody gets who is hired, once more if they were before.
    pub(crate) async fn link_for(&self, email: &str) -> anyhow::Result<String> {
        self.hire(email).await?;
        self.newest_link(email).await
    }

    /// The link in the newest mail to somebody.
    pub(crate) async fn newest_link(&self, email: &str) -> anyhow::Result<String> {
        let mail = self.mail_to(email).await?;
        let link = mail.first().and_then(|mail| mail["link"].as_str());
        Ok(link.context("no mail")?.to_owned())
    }

    /// All mail to somebody, newest first.
    pub(crate) async fn mail_to(&self, email: &str) -> anyhow::Result<Vec<Value>> {
        let request = self
            .get("/demo/mailbox")
            .header("accept", "application/json");
        let mailbox: Value = request.send().await?.error_for_status()?.json().await?;
        let mail = mailbox["items"].as_array().context("no mailbox")?.clone();
        Ok(mail
            .into_iter()
            .filter(|mail| mail["to"] == email)
            .collect())
    }

    pub(crate) async fn deliver_logouts(&self) -> anyhow::Result<()> {
        let courier = LogoutCourier {
            app: Arc::clone(&self.app),
            back_channel: BackChannel::new(self.http.clone()),
        };
        while courier.step().await?.worked() {}
        Ok(())
    }

    pub(crate) async fn clean_up(&self) -> anyhow::Result<()> {
        let worker = CleanUp {
            app: Arc::clone(&self.app),
        };
        while worker.step().await?.worked() {}
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Whether, and whom, it asks for facts.
fn facts(owners: Option<[Url; 3]>, replicates: bool) -> anyhow::Result<FactsSettings> {
    #[derive(Parser)]
    struct Flags {
        #[command(flatten)]
        facts: FactsSettings,
    }
    let mut flags = vec!["test".to_owned()];
    if let Some(owners) = owners {
        let names = ["customer", "dealer", "monitoring"];
        let urls = names.iter().zip(owners);
        flags.extend(urls.flat_map(|(name, url)| [format!("--{name}-service-url"), url.into()]));
        let more = [
            "--facts",
            "fetch",
            "--client-secret",
            "the secret of iam-service",
        ];
        flags.extend(more.map(str::to_owned));
    }
    if replicates {
        flags.extend(["--facts", "replicate"].map(str::to_owned));
    }
    Ok(Flags::try_parse_from(flags)?.facts)
}

pub(crate) fn secrets() -> anyhow::Result<Secrets> {
    Ok(Secrets::new(vec![
        b"a secret that is known to tests only".to_vec().into(),
    ])?)
}

/// The clients of these tests.
fn clients(backchannel_logout_uri: Option<Url>) -> anyhow::Result<Clients> {
    let client = |id: &str, secret: Option<&str>| Client {
        id: id.to_owned(),
        secret: secret.map(|secret| secret.to_owned().into()),
        redirect_uris: vec![],
        post_logout_redirect_uris: vec![],
        backchannel_logout_uri: None,
        home_uri: None,
        audiences: vec![],
        tells_facts: false,
        machine_scopes: [].into(),
    };
    let audiences = || vec!["iam-service".to_owned(), "customer-service".to_owned()];
    let scopes = |scopes: &[&str]| scopes.iter().map(|scope| (*scope).to_owned()).collect();
    Ok([
        Client {
            redirect_uris: vec!["https://app.example/callback".parse()?],
            post_logout_redirect_uris: vec!["https://app.example/".parse()?],
            backchannel_logout_uri,
            home_uri: Some("https://app.example/".parse()?),
            audiences: audiences(),
            tells_facts: true,
            ..client("app", Some("the secret of app"))
        },
        Client {
            redirect_uris: vec!["https://other.example/callback".parse()?],
            audiences: audiences(),
            ..client("other", Some("the secret of other"))
        },
        Client {
            redirect_uris: vec!["http://127.0.0.1/callback".parse()?],
            audiences: audiences(),
            ..client("realguardio-cli", None)
        },
        Client {
            machine_scopes: ["customer-service", "dealer-service", "monitoring-service"]
                .map(|owner| (owner.to_owned(), scopes(&["facts:read"])))
                .into(),
            ..client("iam-service", Some("the secret of iam-service"))
        },
        Client {
            machine_scopes: [("iam-service".to_owned(), scopes(&["users:write"]))].into(),
            ..client("customer-service", Some("the secret of customer-service"))
        },
        Client {
            machine_scopes: [
                (
                    "customer-service".to_owned(),
                    scopes(&["facts:read", "locations:reserve"]),
                ),
                ("iam-service".to_owned(), scopes(&["users:read"])),
            ]
            .into(),
            ..client(
                "security-system-service",
                Some("the secret of security-system-service"),
            )
        },
    ]
    .into_iter()
    .collect())
}
