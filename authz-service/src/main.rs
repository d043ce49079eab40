//! authz-service as a program.

use authz_service::command::{Command, told};
use clap::Parser;

/// Decides for others: policies in Cedar, asked by OpenID AuthZEN. Serves, unless it is told a command.
#[derive(Parser)]
#[command(version)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Program { command } = Program::parse_from(told(std::env::args_os()));
    command.run().await
}
