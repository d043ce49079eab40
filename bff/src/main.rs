//! The BFF as a program.

use bff::{Config, NAME, migrate, run};
use chassis::{
    clock::Clocks,
    config::{Database, Watched},
    program,
};
use clap::{Parser, Subcommand};

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
    Health(Watched),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Program::parse().command {
        Command::Serve(config) => serve(*config).await,
        Command::Migrate(database) => Ok(database::migrate(&database.url()?, migrate).await?),
        Command::Health(watched) => program::probe(watched.into()).await,
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let settings = config.settings.clone();
    program::serve(NAME, &settings, |listener, shutdown| {
        run(config, Clocks::system(), listener, shutdown)
    })
    .await
}
