//! What the BFF is told.

use std::{path::PathBuf, time::Duration};

use anyhow::Context as _;
use chassis::config::{Broker, Credentials, Database, Settings, Watched, duration, secret};
use clap::Args;
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::domain::{KeyRing, PublicUrl};

/// Settings of the BFF.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// What every service is told.
    #[command(flatten)]
    pub settings: Settings,

    /// The session records.
    #[command(flatten)]
    pub database: Database,

    /// Where word of changes comes from.
    #[command(flatten)]
    pub broker: Broker,

    /// The BFF's client at the OpenID provider.
    #[command(flatten)]
    pub credentials: Credentials,

    /// Where operators reach the BFF.
    #[command(flatten)]
    pub watched: Watched,

    /// The origin under which browsers reach the BFF.
    #[arg(long, env = "PUBLIC_URL", default_value = "http://localhost:3000")]
    pub public_url: PublicUrl,

    /// Keys that seal cookies and records, newest first: `id:key,id:key`, a key being 32 bytes in
    /// base64url.
    #[arg(long, env = "SESSION_KEYS", hide_env_values = true)]
    pub session_keys: Option<SecretString>,

    /// File that holds the keys instead.
    #[arg(long, env = "SESSION_KEYS_FILE", conflicts_with = "session_keys")]
    pub session_keys_file: Option<PathBuf>,

    /// How long a session lasts, whatever happens, such as `12h`.
    #[arg(long, env = "SESSION_LIFETIME", default_value = "12h", value_parser = lifetime)]
    pub session_lifetime: SignedDuration,

    /// What is asked of the provider, separated by spaces.
    #[arg(
        long,
        env = "SCOPES",
        default_value = "openid profile email",
        value_delimiter = ' '
    )]
    pub scopes: Vec<String>,

    /// Check tokens here too, before they are sent on. The services do so in any case.
    #[arg(long, env = "CHECK_TOKENS")]
    pub check_tokens: bool,

    /// How long a service may be silent before what is shown to people counts as stale, such as `5s`: several of the
    /// heartbeats by which each says, once a second, that nothing has changed.
    #[arg(long, env = "SILENCE", default_value = "5s", value_parser = duration)]
    pub silence: Duration,

    /// Directory of the built user interface.
    #[arg(long, env = "UI_DIR")]
    pub ui_dir: Option<PathBuf>,

    /// Address of iam-service.
    #[arg(long, env = "IAM_SERVICE_URL", default_value = "http://localhost:3001")]
    pub iam_service_url: Url,

    /// Address of customer-service.
    #[arg(
        long,
        env = "CUSTOMER_SERVICE_URL",
        default_value = "http://localhost:3002"
    )]
    pub customer_service_url: Url,

    /// Address of dealer-service.
    #[arg(
        long,
        env = "DEALER_SERVICE_URL",
        default_value = "http://localhost:3004"
    )]
    pub dealer_service_url: Url,

    /// Address of monitoring-service.
    #[arg(
        long,
        env = "MONITORING_SERVICE_URL",
        default_value = "http://localhost:3005"
    )]
    pub monitoring_service_url: Url,

    /// Address of security-system-service.
    #[arg(
        long,
        env = "SECURITY_SYSTEM_SERVICE_URL",
        default_value = "http://localhost:3003"
    )]
    pub security_system_service_url: Url,
}

impl Config {
    /// The keys, from where they were given.
    ///
    /// # Errors
    ///
    /// When they were not given, or are none.
    pub fn key_ring(&self) -> anyhow::Result<KeyRing> {
        let keys = secret(
            "SESSION_KEYS",
            self.session_keys.as_ref(),
            self.session_keys_file.as_ref(),
        )?;
        KeyRing::parse(keys.expose_secret()).context("SESSION_KEYS")
    }
}

fn lifetime(text: &str) -> anyhow::Result<SignedDuration> {
    Ok(SignedDuration::try_from(duration(text)?)?)
}
