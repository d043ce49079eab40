//! Runs security-system-service: `serve`, `migrate` its database, and what an operator asks.

use chassis::clock::{Clock as _, Clocks, SystemClock};
use chassis::config::Database;
use chassis::program;
use clap::{Parser, Subcommand};
use security_system_service::config::Config;
use security_system_service::{NAME, migrate, run};

/// Arms and disarms security systems, for whoever may.
#[derive(Parser)]
#[command(version)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until told to stop.
    Serve(Box<Config>),
    /// Bring the database up to date, as its owner.
    Migrate(Database),
    /// What an operator can ask of its outbox and replicas.
    #[command(flatten)]
    Outbox(outbox_commands::Command),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Program::parse().command {
        Command::Serve(config) => serve(*config).await,
        Command::Migrate(database) => migrate(&database.url()?).await,
        Command::Outbox(command) => {
            println!("{}", command.run(NAME, SystemClock.now()).await?);
            Ok(())
        }
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let settings = config.settings.clone();
    program::serve(NAME, &settings, |listener, shutdown| {
        run(config, Clocks::system(), listener, shutdown)
    })
    .await
}
