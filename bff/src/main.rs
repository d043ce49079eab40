//! The BFF as a program.

use std::net::SocketAddr;

use bff::{Config, NAME, migrate, run};
use chassis::{clock::Clocks, config::Database, program};
use clap::{Args, Parser, Subcommand};

/// The browser's only origin.
#[derive(Debug, Parser)]
#[command(version)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves until told to stop.
    Serve(Box<Config>),
    /// Makes or updates the tables, as the owner of the database.
    Migrate(Database),
    /// Asks the one that serves on this machine whether it is ready.
    Health(Health),
}

/// Where the one that serves listens for operators.
#[derive(Debug, Args)]
struct Health {
    /// Its address.
    #[arg(long, env = "OPERATIONS_LISTEN", default_value = "127.0.0.1:8081")]
    operations_listen: SocketAddr,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Program::parse().command {
        Command::Serve(config) => serve(*config).await,
        Command::Migrate(database) => Ok(database::migrate(&database.url()?, migrate).await?),
        Command::Health(health) => program::probe(health.operations_listen).await,
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let settings = config.settings.clone();
    program::serve(NAME, &settings, |listener, shutdown| {
        run(config, Clocks::system(), listener, shutdown)
    })
    .await
}
