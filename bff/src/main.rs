//! The BFF as a program.

use bff::Config;
use chassis::{clock::Clocks, config::Database, program};
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
    /// Serves browsers.
    Serve(Box<Config>),
    /// Brings the database to this version's tables.
    Migrate(Database),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Program::parse().command {
        Command::Serve(config) => serve(*config).await,
        Command::Migrate(database) => bff::migrate(&database.url()?).await,
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let settings = config.settings.clone();
    program::serve("bff", &settings, |listener, shutdown| {
        bff::run(config, Clocks::system(), listener, shutdown)
    })
    .await
}
