//! Configuration: flags, each with an environment variable.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use chassis::config::{Broker, Database, Settings, duration, secret};
use chassis::entropy;
use clap::{Args, value_parser};
use jiff::SignedDuration;
use pdp::Cursors;
use rand::RngExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::app::Keeping;
use crate::domain::Supplies;
use crate::events::FactEvents;

const MIB: i64 = 1 << 20;

/// What the service is told.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// What every service is told.
    #[command(flatten)]
    pub settings: Settings,

    /// Directory of policies: `*.cedarschema`, `*.cedar`, `*.links.json`, `*.cases.json`. Where services tell facts, those
    /// of `RealGuardIO` unless told.
    #[arg(long, env = "POLICIES", required_unless_present = "owners")]
    pub policies: Option<PathBuf>,

    /// The services that tell facts, such as `customer-service,dealer-service`. Without any, the service is alone: it
    /// needs no broker, and a database only for what policy administrators do.
    #[arg(long, env = "OWNERS", value_delimiter = ',')]
    pub owners: Vec<String>,

    /// The service's own database, where services tell facts, or policies are exchanged and decisions recorded.
    #[command(flatten)]
    pub database: Database,

    /// The message broker, where services tell facts.
    #[command(flatten)]
    pub broker: Broker,

    /// How old facts may be that are told, and what is kept in a database. Beyond it nothing is decided.
    #[arg(long, env = "STALENESS", default_value = "1m", value_parser = duration)]
    pub staleness: Duration,

    /// How long whoever wants fresher facts waits for them. Shorter than callers wait: they are to hear that it was in
    /// vain, and not to take it for silence.
    #[arg(long, env = "FACTS_DEADLINE", default_value = "1500ms", value_parser = duration)]
    pub facts_deadline: Duration,

    /// How long decisions stay in the log, where there is a database.
    #[arg(long, env = "DECISIONS_KEPT", default_value = "720h", value_parser = duration)]
    pub decisions_kept: Duration,

    /// How much room the log of decisions has, in MiB, and that of searches an eighth of it. Beyond it the oldest are removed
    /// before their time, and counted.
    #[arg(long, env = "DECISIONS_SIZE", default_value = "1024", value_parser = value_parser!(u32).range(1..))]
    pub decisions_size: u32,

    /// How much may wait in memory to be written to the logs, in MiB. What does not fit is lost, and counted.
    #[arg(long, env = "DECISIONS_WAITING", default_value = "64", value_parser = value_parser!(u32).range(1..=65_536))]
    pub decisions_waiting: u32,

    /// The actions that change nothing, such as `view,list`. Decisions that allow any other have a part of the logs of their own.
    #[arg(long, env = "READS", value_delimiter = ',', default_value = "view")]
    pub reads: Vec<String>,

    /// For how long the approval of a version of the policies counts, if it has not been asked by then.
    #[arg(long, env = "APPROVAL_VALID", default_value = "24h", value_parser = duration)]
    pub approval_valid: Duration,

    /// The program that reads what is uploaded, apart from this process: the service's own, where it is one.
    #[arg(skip)]
    pub examiner: Option<PathBuf>,

    /// File of facts, in Cedar's JSON form for entities; or a snapshot of them, as the command `snapshot` writes it.
    #[arg(long, env = "FACTS")]
    pub facts: Option<PathBuf>,

    /// Where callers reach the service, if not where it listens. Its metadata says so.
    #[arg(long, env = "PUBLIC_URL")]
    pub public_url: Option<Url>,

    /// File of callers: by name, each with the API key by which it may ask, if any, and with what it may say of
    /// others when it does.
    #[arg(long, env = "CALLERS")]
    pub callers: Option<PathBuf>,

    /// What a caller can vouch for beside that, such as `security-system-service=System.location`.
    #[arg(long, env = "SUPPLIES", value_delimiter = ' ')]
    pub supplies: Vec<Supply>,

    /// Believe access tokens of the issuer, beside API keys. Where there are no API keys, tokens are believed.
    #[arg(long, env = "TOKENS")]
    pub tokens: bool,

    /// Answer whoever asks. For demonstrations only.
    #[arg(long, env = "ANONYMOUS", requires = "demo")]
    pub anonymous: bool,

    /// What cursors are sealed with. Instances that continue each other's pages share it; without one, cursors are good
    /// until the next start.
    #[arg(long, env = "CURSOR_KEY", hide_env_values = true)]
    pub cursor_key: Option<SecretString>,

    /// File that holds it instead.
    #[arg(long, env = "CURSOR_KEY_FILE", conflicts_with = "cursor_key")]
    pub cursor_key_file: Option<PathBuf>,
}

/// What a caller can vouch for.
#[derive(Debug, Clone)]
pub struct Supply {
    /// The caller's name.
    pub caller: String,
    /// For what.
    pub supplies: Supplies,
}

impl FromStr for Supply {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (caller, supplies) = text
            .split_once('=')
            .context("not of the form name=Type.attribute")?;
        Ok(Self {
            caller: caller.to_owned(),
            supplies: supplies.parse()?,
        })
    }
}

impl Config {
    /// Those who tell facts.
    ///
    /// # Errors
    ///
    /// When nothing is known of one of them.
    pub fn feeds(&self) -> anyhow::Result<Vec<FactEvents>> {
        let known = |name: &String| {
            let mut all = FactEvents::ALL.into_iter();
            let found = all.find(|events| events.source == name);
            found.with_context(|| format!("{name} tells no facts that are understood"))
        };
        self.owners.iter().map(known).collect()
    }

    /// Whether a database was named.
    #[must_use]
    pub const fn has_database(&self) -> bool {
        let Database {
            database_url,
            database_url_file,
        } = &self.database;
        database_url.is_some() || database_url_file.is_some()
    }

    /// How much of the logs is kept.
    ///
    /// # Errors
    ///
    /// When it is for longer than there is time.
    pub fn keeping(&self) -> anyhow::Result<Keeping> {
        Ok(Keeping {
            time: SignedDuration::try_from(self.decisions_kept)?,
            bytes: i64::from(self.decisions_size) * MIB,
        })
    }

    /// How many bytes may wait to be written to the logs.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let bytes = i64::from(self.decisions_waiting) * MIB;
        usize::try_from(bytes).unwrap_or(usize::MAX)
    }

    /// Makes cursors, under the key that was given, or one of its own.
    ///
    /// # Errors
    ///
    /// When the key cannot be read, or is too short.
    pub fn cursors(&self) -> anyhow::Result<Cursors> {
        let (key, file) = (self.cursor_key.as_ref(), self.cursor_key_file.as_ref());
        if key.is_none() && file.is_none() {
            return Ok(Cursors::new(entropy::system().random()));
        }
        let key = secret("CURSOR_KEY", key, file)?;
        let key = key.expose_secret();
        ensure!(key.len() >= 32, "CURSOR_KEY has fewer than 32 characters");
        Ok(Cursors::new(Sha256::digest(key).into()))
    }

    /// Where callers reach the service, without a slash at the end.
    ///
    /// # Errors
    ///
    /// When the address is none that HTTP takes.
    pub fn public_url(&self) -> anyhow::Result<String> {
        let Some(url) = &self.public_url else {
            return Ok(format!("http://{}", self.settings.listen));
        };
        let fits = matches!(url.scheme(), "http" | "https")
            && url.query().is_none()
            && url.fragment().is_none();
        ensure!(
            fits,
            "PUBLIC_URL is an http(s) address without query and fragment"
        );
        Ok(url.as_str().trim_end_matches('/').to_owned())
    }
}
