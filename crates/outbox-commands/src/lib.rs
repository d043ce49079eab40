//! What an operator can ask of a service's outbox, and of what it keeps of others.
//!
//! Every service has these commands, by one line in its `main.rs`:
//!
//! ```
//! # #[derive(clap::Subcommand)]
//! enum Command {
//!     // … serve, migrate …
//!     #[command(flatten)]
//!     Outbox(outbox_commands::Command),
//! }
//! ```
//!
//! | command | when |
//! |---|---|
//! | `replicas` | to see how far, how old, and what could not be applied |
//! | `rebuild SOURCE` | after the handler of a source was repaired, or rows were spoiled |
//! | `republish` | after **every** restore of the service's database |
//!
//! A crate of its own, because the chassis knows of no outbox and `outbox` of no command line.

mod table;

use chassis::config::{Broker, Database};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use sqlx::PgPool;

/// What an operator can ask.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Says everything anew, in a new epoch: run it whenever this database was restored.
    Republish(Database),
    /// Fills the replica of a source anew, while the old one is read.
    Rebuild(Rebuild),
    /// Lists what is kept of other services: how far, how old, and what could not be applied.
    Replicas(Replicas),
}

/// Which replica is to be filled anew.
#[derive(Debug, Args)]
pub struct Rebuild {
    /// The service that owns what is kept, such as `customer-service`.
    source: String,
    /// Where it is kept.
    #[command(flatten)]
    database: Database,
}

/// Where replicas are, and the streams they come from.
#[derive(Debug, Args)]
pub struct Replicas {
    /// Where they are kept.
    #[command(flatten)]
    database: Database,
    /// Where they come from.
    #[command(flatten)]
    broker: Broker,
}

impl Command {
    /// Does it for `service`, and returns what there is to say.
    ///
    /// # Errors
    ///
    /// When the database cannot be reached or refuses.
    pub async fn run(self, service: &str, now: Timestamp) -> anyhow::Result<String> {
        match self {
            Self::Republish(database) => {
                let start = outbox::begin_epoch(&open(&database).await?).await?;
                let epoch = start.epoch;
                Ok(format!(
                    "epoch {epoch} begins; the running service publishes it"
                ))
            }
            Self::Rebuild(Rebuild { source, database }) => {
                outbox::rebuild(&open(&database).await?, &source).await?;
                Ok(format!(
                    "{source} is being filled anew by the running service; `replicas` shows how far it is"
                ))
            }
            Self::Replicas(Replicas { database, broker }) => {
                let pool = open(&database).await?;
                let js = outbox::connect(broker.url()?.expose_secret(), service).await?;
                let replicas = outbox::replicas(&pool, &js).await?;
                Ok(table::table(&replicas, &outbox::parked(&pool).await?, now))
            }
        }
    }
}

async fn open(database: &Database) -> anyhow::Result<PgPool> {
    Ok(PgPool::connect(database.url()?.expose_secret()).await?)
}
