//! Configuration that every service has: flags, each with an environment variable.
//!
//! A service flattens [`Settings`], and those of [`Database`], [`Broker`] and [`Credentials`] that
//! it needs, into its own `clap` type. A secret is given by environment or, better, by a file
//! named in `…_FILE`, so that it appears in no process list and no container definition.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use secrecy::SecretString;
use tokio::net::TcpListener;
use url::Url;

/// A request's deadline is shorter, so that what is leased for so long outlasts every request.
pub const LONG: Duration = Duration::from_secs(30);

/// What every service is told.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Address to listen on.
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Identity of the OpenID provider, exactly as tokens name it in `iss`.
    #[arg(long, env = "ISSUER", default_value = "http://localhost:3001", value_parser = issuer)]
    pub issuer: String,

    /// Where services reach the provider, if not under its identity.
    #[arg(long, env = "ISSUER_BASE_URL")]
    pub issuer_base_url: Option<Url>,

    /// Show what only a demonstration may show.
    #[arg(long, env = "DEMO")]
    pub demo: bool,

    /// Where traces are sent, an OTLP/HTTP collector such as `http://localhost:4318`. Without it
    /// they are only passed on.
    #[arg(long, env = "OTLP_ENDPOINT")]
    pub otlp_endpoint: Option<Url>,

    /// What is logged, in the syntax of `tracing`'s `EnvFilter`.
    #[arg(long, env = "LOG", default_value = "info")]
    pub log: String,

    /// How logs are written.
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value_t = LogFormat::Json)]
    pub log_format: LogFormat,

    /// How long a request may take, such as `5s`: less than half a minute.
    #[arg(long, env = "DEADLINE", default_value = "5s", value_parser = deadline)]
    pub deadline: Duration,
}

impl Settings {
    /// An address of the provider for calls between services.
    ///
    /// # Errors
    ///
    /// When issuer and path do not make an address.
    pub fn issuer_address(&self, path: &str) -> anyhow::Result<Url> {
        let base = match &self.issuer_base_url {
            Some(url) => url.as_str(),
            None => &self.issuer,
        };
        let address = format!("{}{path}", base.trim_end_matches('/'));
        Url::parse(&address).with_context(|| format!("no address of the issuer: {address}"))
    }
}

/// Where those who watch a service reach it that browsers reach too.
#[derive(Debug, Clone, Copy, Args)]
pub struct Watched {
    /// Address to listen on for health, metrics and the OpenAPI document, which are nothing for
    /// browsers.
    #[arg(long, env = "OPERATIONS_LISTEN", default_value = "127.0.0.1:8081")]
    pub operations_listen: SocketAddr,
}

impl Watched {
    /// Listens there.
    ///
    /// # Errors
    ///
    /// When the address is taken.
    pub async fn bind(&self) -> anyhow::Result<TcpListener> {
        let listener = TcpListener::bind(self.operations_listen).await;
        listener.with_context(|| format!("listen for operators at {}", self.operations_listen))
    }
}

impl From<Watched> for SocketAddr {
    fn from(watched: Watched) -> Self {
        watched.operations_listen
    }
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// Short lines, for people.
    Pretty,
}

/// A service's own database.
#[derive(Debug, Clone, Args)]
pub struct Database {
    /// Address of the database, with role and password.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<SecretString>,

    /// File that holds the address instead.
    #[arg(long, env = "DATABASE_URL_FILE", conflicts_with = "database_url")]
    pub database_url_file: Option<PathBuf>,
}

impl Database {
    /// The address, from where it was given.
    ///
    /// # Errors
    ///
    /// When it was not given, or the file cannot be read.
    pub fn url(&self) -> anyhow::Result<SecretString> {
        secret(
            "DATABASE_URL",
            self.database_url.as_ref(),
            self.database_url_file.as_ref(),
        )
    }
}

/// The message broker.
#[derive(Debug, Clone, Args)]
pub struct Broker {
    /// Address of NATS, with user and password.
    #[arg(long, env = "NATS_URL", hide_env_values = true)]
    pub nats_url: Option<SecretString>,

    /// File that holds the address instead.
    #[arg(long, env = "NATS_URL_FILE", conflicts_with = "nats_url")]
    pub nats_url_file: Option<PathBuf>,
}

impl Broker {
    /// The address, from where it was given.
    ///
    /// # Errors
    ///
    /// When it was not given, or the file cannot be read.
    pub fn url(&self) -> anyhow::Result<SecretString> {
        secret(
            "NATS_URL",
            self.nats_url.as_ref(),
            self.nats_url_file.as_ref(),
        )
    }
}

/// How a service proves itself to the provider.
#[derive(Debug, Clone, Args)]
pub struct Credentials {
    /// The service's OAuth client.
    #[arg(long, env = "CLIENT_ID")]
    pub client_id: String,

    /// The client's secret.
    #[arg(long, env = "CLIENT_SECRET", hide_env_values = true)]
    pub client_secret: Option<SecretString>,

    /// File that holds the secret instead.
    #[arg(long, env = "CLIENT_SECRET_FILE", conflicts_with = "client_secret")]
    pub client_secret_file: Option<PathBuf>,
}

impl Credentials {
    /// The secret, from where it was given.
    ///
    /// # Errors
    ///
    /// When it was not given, or the file cannot be read.
    pub fn secret(&self) -> anyhow::Result<SecretString> {
        secret(
            "CLIENT_SECRET",
            self.client_secret.as_ref(),
            self.client_secret_file.as_ref(),
        )
    }
}

/// A secret given as such, or by the file that holds it.
///
/// # Errors
///
/// When neither was given, or the file cannot be read.
pub fn secret(
    name: &str,
    value: Option<&SecretString>,
    file: Option<&PathBuf>,
) -> anyhow::Result<SecretString> {
    match (value, file) {
        (Some(value), _) => Ok(value.clone()),
        (None, Some(file)) => {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("{name}_FILE: cannot read {}", file.display()))?;
            Ok(text.trim_end().into())
        }
        (None, None) => bail!("{name} or {name}_FILE must be set"),
    }
}

/// Parses a length of time such as `1500ms` or `5s`, for settings of services' own.
///
/// # Errors
///
/// When the text is none, or a negative one.
pub fn duration(text: &str) -> anyhow::Result<Duration> {
    let duration: jiff::SignedDuration = text.parse()?;
    Ok(Duration::try_from(duration)?)
}

fn deadline(text: &str) -> anyhow::Result<Duration> {
    let deadline = duration(text)?;
    if deadline >= LONG {
        bail!("a request's deadline must be shorter than {LONG:?}: leases outlast every request");
    }
    Ok(deadline)
}

/// An issuer is compared letter by letter, so it is kept as written.
fn issuer(text: &str) -> anyhow::Result<String> {
    let url = Url::parse(text)?;
    if !matches!(url.scheme(), "http" | "https")
        || url.query().is_some()
        || url.fragment().is_some()
    {
        bail!("an issuer is an http(s) address without query and fragment");
    }
    Ok(text.to_owned())
}
