//! What a service with an outbox can be told to do: to serve, and what an operator asks of its database, its
//! outbox, and of what it keeps of others.
//!
//! Every service but the bff, which has no outbox, has these commands, by one line in its `main.rs`; one with more flattens them:
//!
//! ```
//! # #[derive(Debug, Clone, clap::Args)]
//! # struct Config {}
//! # #[derive(clap::Parser)]
//! struct Program {
//!     #[command(subcommand)]
//!     command: service_commands::Command<Config>,
//! }
//! ```
//!
//! | command | when |
//! |---|---|
//! | `serve` | to run it |
//! | `migrate` | before, when its version is new |
//! | `health` | in its container, to see whether it is ready |
//! | `replicas` | to see how far, how old, and what could not be applied |
//! | `rebuild SOURCE` | after the handler of a source was repaired, or rows were spoiled |
//! | `republish` | after **every** restore of the service's database |
//!
//! A crate of its own, because the chassis knows of no outbox and `outbox` of no command line.

mod table;

use std::net::SocketAddr;

use chassis::clock::{Clock as _, Clocks, SystemClock};
use chassis::config::{Broker, Database, Settings};
use chassis::program;
use clap::{Args, Subcommand};
use secrecy::ExposeSecret as _;
use sqlx::PgPool;
use sqlx::migrate::MigrateError;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// What a service can be told to do; `C` is what it is told to serve by, `H` where it tells whether it is ready, if that
/// is not where everybody reaches it: [`Watched`](chassis::config::Watched).
#[derive(Debug, Subcommand)]
pub enum Command<C: Args, H: Args = Health> {
    /// Serves until told to stop.
    Serve(Box<C>),
    /// Makes or updates the tables, as the owner of the database.
    Migrate(Database),
    /// Asks the one that serves on this machine whether it is ready.
    Health(H),
    /// Says everything anew, in a new epoch: run it whenever this database was restored.
    Republish(Database),
    /// Fills the replica of a source anew, while the old one is read.
    Rebuild(Rebuild),
    /// Lists what is kept of other services: how far, how old, and what could not be applied.
    Replicas(Replicas),
}

/// Where the one that serves listens.
#[derive(Debug, Args)]
pub struct Health {
    /// Its address.
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

impl From<Health> for SocketAddr {
    fn from(health: Health) -> Self {
        health.listen
    }
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

impl<C: Args, H: Args + Into<SocketAddr>> Command<C, H> {
    /// Does it for the service of this name, which has these settings, tables, and way to run.
    ///
    /// # Errors
    ///
    /// When the service fails, or the database cannot be reached or refuses.
    pub async fn run<Running: Future<Output = anyhow::Result<()>>>(
        self,
        service: &'static str,
        settings: impl FnOnce(&C) -> Settings,
        migrate: impl AsyncFnOnce(&PgPool) -> Result<(), MigrateError>,
        run: impl FnOnce(C, Clocks, TcpListener, CancellationToken) -> Running,
    ) -> anyhow::Result<()> {
        match self {
            Self::Serve(config) => {
                let settings = settings(&config);
                program::serve(service, &settings, |listener, shutdown| {
                    run(*config, Clocks::system(), listener, shutdown)
                })
                .await?;
            }
            Self::Migrate(database) => database::migrate(&database.url()?, migrate).await?,
            Self::Health(health) => program::probe(health.into()).await?,
            Self::Republish(database) => {
                let epoch = outbox::begin_epoch(&open(&database).await?).await?.epoch;
                println!("epoch {epoch} begins; the running service publishes it");
            }
            Self::Rebuild(Rebuild { source, database }) => {
                outbox::rebuild(&open(&database).await?, &source).await?;
                println!(
                    "{source} is being filled anew by the running service; `replicas` shows how far it is"
                );
            }
            Self::Replicas(replicas) => println!("{}", replicas.list(service).await?),
        }
        Ok(())
    }
}

impl Replicas {
    async fn list(&self, service: &str) -> anyhow::Result<String> {
        let pool = open(&self.database).await?;
        let js = outbox::connect(self.broker.url()?.expose_secret(), service).await?;
        let replicas = outbox::replicas(&pool, &js).await?;
        let parked = outbox::parked(&pool).await?;
        Ok(table::table(&replicas, &parked, SystemClock.now()))
    }
}

async fn open(database: &Database) -> anyhow::Result<PgPool> {
    Ok(PgPool::connect(database.url()?.expose_secret()).await?)
}
