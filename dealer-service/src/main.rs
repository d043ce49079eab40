//! dealer-service as a program.

use clap::Parser;
use dealer_service::{Config, NAME, migrate, run};
use service_commands::Command;

/// Dealers: their people and teams, and the monitoring providers that they appoint.
#[derive(Parser)]
#[command(version)]
struct Program {
    #[command(subcommand)]
    command: Command<Config>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Program { command } = Program::parse();
    let settings = |config: &Config| config.organization.settings.clone();
    command.run(NAME, settings, migrate, run).await
}
