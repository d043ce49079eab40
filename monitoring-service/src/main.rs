//! monitoring-service as a program.

use clap::Parser;
use monitoring_service::{Config, NAME, migrate, run};
use service_commands::Command;

/// Monitoring providers: their people and teams.
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
