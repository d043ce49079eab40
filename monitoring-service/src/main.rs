//! monitoring-service: `serve`, `migrate`, and what an operator asks.

use chassis::clock::{Clock as _, Clocks, SystemClock};
use chassis::config::Database;
use chassis::program;
use clap::{Parser, Subcommand};
use monitoring_service::{Config, NAME};

/// Monitoring providers: their people and teams.
#[derive(Parser)]
#[command(version)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves until told to stop.
    Serve(Box<Config>),
    /// Makes or updates the tables, as the owner of the database.
    Migrate(Database),
    /// What an operator can ask of its outbox and replicas.
    #[command(flatten)]
    Outbox(outbox_commands::Command),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Program::parse().command {
        Command::Serve(config) => serve(*config).await,
        Command::Migrate(database) => monitoring_service::migrate(&database.url()?).await,
        Command::Outbox(command) => {
            println!("{}", command.run(NAME, SystemClock.now()).await?);
            Ok(())
        }
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let settings = config.organization.settings.clone();
    program::serve(NAME, &settings, |listener, shutdown| {
        monitoring_service::run(config, Clocks::system(), listener, shutdown)
    })
    .await
}
