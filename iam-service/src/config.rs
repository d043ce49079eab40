//! What iam-service is told.

mod clients;

use self::clients::read_clients;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use chassis::config::{Broker, Credentials, Database, Settings, Watched, duration, secret};
use clap::{Args, ValueEnum};
use jiff::SignedDuration;
use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::domain::client::Clients;
use crate::domain::ticket::Secrets;

/// Settings of iam-service.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// What every service is told.
    #[command(flatten)]
    pub settings: Settings,

    /// Where operators reach the service.
    #[command(flatten)]
    pub watched: Watched,

    /// Users, sessions, keys.
    #[command(flatten)]
    pub database: Database,

    /// Where employments come from, and users and sessions go to.
    #[command(flatten)]
    pub broker: Broker,

    /// What tickets are made with.
    #[command(flatten)]
    pub secrets: SecretSettings,

    /// File of the registered clients: a JSON array.
    #[arg(long, env = "CLIENTS_FILE")]
    pub clients: PathBuf,

    /// How mail leaves.
    #[command(flatten)]
    pub mail: MailSettings,

    /// In demo mode: file of the accounts that the sign-in page offers, a JSON array of `email`, `password` and `may`.
    #[arg(long, env = "DEMO_ACCOUNTS_FILE")]
    pub demo_accounts: Option<PathBuf>,

    /// Addresses of proxies whose `X-Forwarded-For` says where a request comes from, separated by commas.
    #[arg(long, env = "TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpAddr>,

    /// How long a user's access token lives, two to five minutes.
    #[arg(long, env = "ACCESS_TOKEN_LIFETIME", default_value = "3m", value_parser = access_token_lifetime)]
    pub access_token_lifetime: SignedDuration,

    /// How many passwords are hashed at once. Each takes 19 MiB and a core.
    #[arg(long, env = "PASSWORDS_AT_ONCE", default_value_t = 2)]
    pub passwords_at_once: usize,

    /// How long a sign-in waits until it is its password's turn.
    #[arg(long, env = "PASSWORD_PATIENCE", default_value = "3s", value_parser = duration)]
    pub password_patience: Duration,

    /// What tokens claim of facts that others own.
    #[command(flatten)]
    pub facts: FactsSettings,
}

/// Where the facts come from that access tokens claim, of those clients whose tokens claim any.
#[derive(Debug, Clone, Args)]
pub struct FactsSettings {
    /// Whether access tokens claim facts, and how these are come by.
    #[arg(long, env = "FACTS", value_enum, default_value_t = FactsFrom::None)]
    pub facts: FactsFrom,

    /// How long the owners of facts have, all together, while somebody waits for a token.
    #[arg(long, env = "FACTS_DEADLINE", default_value = "1s", value_parser = duration)]
    pub facts_deadline: Duration,

    /// How old facts may be that are looked up. Beyond it tokens claim none.
    #[arg(long, env = "STALENESS", default_value = "5s", value_parser = duration)]
    pub staleness: Duration,

    /// Address of customer-service.
    #[arg(long, env = "CUSTOMER_SERVICE_URL")]
    pub customer_service_url: Option<Url>,

    /// Address of dealer-service. A deployment without dealers has none.
    #[arg(long, env = "DEALER_SERVICE_URL")]
    pub dealer_service_url: Option<Url>,

    /// Address of monitoring-service. A deployment without monitoring providers has none.
    #[arg(long, env = "MONITORING_SERVICE_URL")]
    pub monitoring_service_url: Option<Url>,

    /// The service's own OAuth client, by which it asks the owners of facts.
    #[arg(long, env = "CLIENT_ID", default_value = crate::NAME)]
    pub client_id: String,

    /// The client's secret.
    #[arg(long, env = "CLIENT_SECRET", hide_env_values = true)]
    pub client_secret: Option<SecretString>,

    /// File that holds the secret instead.
    #[arg(long, env = "CLIENT_SECRET_FILE", conflicts_with = "client_secret")]
    pub client_secret_file: Option<PathBuf>,
}

/// How facts are come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FactsFrom {
    /// Not at all: tokens claim none.
    None,
    /// The owners are asked whenever a token is issued.
    Fetch,
    /// What their events tell is kept, and looked up whenever a token is issued.
    Replicate,
}

impl FactsSettings {
    /// How the service proves itself to the owners of facts.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        Credentials {
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            client_secret_file: self.client_secret_file.clone(),
        }
    }
}

/// The service's secrets.
#[derive(Debug, Clone, Args)]
pub struct SecretSettings {
    /// Secrets for tickets and stored keys, newest first, separated by commas, each of at least 32 characters.
    #[arg(long, env = "IAM_SECRETS", hide_env_values = true)]
    pub iam_secrets: Option<SecretString>,

    /// File that holds them instead.
    #[arg(long, env = "IAM_SECRETS_FILE", conflicts_with = "iam_secrets")]
    pub iam_secrets_file: Option<PathBuf>,
}

impl SecretSettings {
    /// The secrets, from where they were given.
    ///
    /// # Errors
    ///
    /// When they were not given, or one is too short.
    pub fn secrets(&self) -> anyhow::Result<Secrets> {
        let text = secret(
            "IAM_SECRETS",
            self.iam_secrets.as_ref(),
            self.iam_secrets_file.as_ref(),
        )?;
        let secrets = text
            .expose_secret()
            .split(',')
            .map(|secret| secret.trim().as_bytes().to_vec().into());
        Secrets::new(secrets.collect()).context("IAM_SECRETS")
    }
}

/// How mail leaves.
#[derive(Debug, Clone, Args)]
pub struct MailSettings {
    /// The mail server, such as `smtps://user:password@mail.example.com`.
    #[arg(long, env = "SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<SecretString>,

    /// File that holds the address instead.
    #[arg(long, env = "SMTP_URL_FILE", conflicts_with = "smtp_url")]
    pub smtp_url_file: Option<PathBuf>,

    /// Who mail is from.
    #[arg(
        long,
        env = "MAIL_FROM",
        default_value = "RealGuardIO <no-reply@realguardio.example>"
    )]
    pub mail_from: Mailbox,
}

/// What commands need that change the database beside a running service.
#[derive(Debug, Clone, Args)]
pub struct Maintenance {
    /// Users, sessions, keys.
    #[command(flatten)]
    pub database: Database,

    /// What tickets are made with.
    #[command(flatten)]
    pub secrets: SecretSettings,

    /// The service's identity.
    #[arg(long, env = "ISSUER", default_value = "http://localhost:3001")]
    pub issuer: String,
}

impl Maintenance {
    /// What the use cases are told.
    ///
    /// # Errors
    ///
    /// When a secret is missing or too short.
    pub fn rules(&self) -> anyhow::Result<Rules> {
        Ok(Rules {
            secrets: self.secrets.secrets()?,
            issuer: self.issuer.clone(),
            clients: Clients::default(),
            access_token_lifetime: SignedDuration::ZERO,
            passwords_at_once: 1,
            password_patience: Duration::ZERO,
        })
    }
}

/// What the use cases are told.
#[derive(Debug)]
pub struct Rules {
    /// What tickets are made with.
    pub secrets: Secrets,
    /// The service's identity.
    pub issuer: String,
    /// The registered clients.
    pub clients: Clients,
    /// How long a user's access token lives.
    pub access_token_lifetime: SignedDuration,
    /// How many passwords are hashed at once.
    pub passwords_at_once: usize,
    /// How long one waits for its turn.
    pub password_patience: Duration,
}

impl Config {
    /// What the use cases are told.
    ///
    /// # Errors
    ///
    /// When a secret is missing or too short, or the clients cannot work.
    pub fn rules(&self) -> anyhow::Result<Rules> {
        Ok(Rules {
            secrets: self.secrets.secrets()?,
            issuer: self.settings.issuer.clone(),
            clients: read_clients(&self.clients, self.settings.demo)?,
            access_token_lifetime: self.access_token_lifetime,
            passwords_at_once: self.passwords_at_once,
            password_patience: self.password_patience,
        })
    }

    /// The mail server; none in a demonstration, where the mailbox shows what would have been sent.
    ///
    /// # Errors
    ///
    /// When there is neither a mail server nor a demonstration.
    pub fn smtp(&self) -> anyhow::Result<Option<AsyncSmtpTransport<Tokio1Executor>>> {
        let mail = &self.mail;
        if mail.smtp_url.is_none() && mail.smtp_url_file.is_none() {
            ensure!(
                self.settings.demo,
                "SMTP_URL or SMTP_URL_FILE must be set: people get their links by mail"
            );
            return Ok(None);
        }
        let url = secret(
            "SMTP_URL",
            mail.smtp_url.as_ref(),
            mail.smtp_url_file.as_ref(),
        )?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .context("SMTP_URL")?;
        Ok(Some(transport.build()))
    }
}

fn access_token_lifetime(text: &str) -> anyhow::Result<SignedDuration> {
    let lifetime = SignedDuration::try_from(duration(text)?)?;
    if !(SignedDuration::from_mins(2)..=SignedDuration::from_mins(5)).contains(&lifetime) {
        bail!("an access token lives two to five minutes");
    }
    Ok(lifetime)
}
