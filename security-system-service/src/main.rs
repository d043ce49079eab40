//! security-system-service as a program.

use clap::Parser;
use security_system_service::config::Config;
use security_system_service::{NAME, migrate, run};
use service_commands::Command;

/// Arms and disarms security systems, for whoever may.
#[derive(Parser)]
#[command(version)]
struct Program {
    #[command(subcommand)]
    command: Command<Config>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Program { command } = Program::parse();
    let settings = |config: &Config| config.settings.clone();
    command.run(NAME, settings, migrate, run).await
}
