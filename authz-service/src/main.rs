//! authz-service as a program.

use std::ffi::OsString;
use std::path::PathBuf;

use authz_service::{Config, NAME, run, store};
use clap::{Parser, Subcommand};

/// Decides for others: policies in Cedar, asked by OpenID AuthZEN. Serves, unless it is told a command.
#[derive(Parser)]
#[command(version)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Reads a directory of policies and runs their cases; says what is wrong, and where.
    Check {
        /// The directory.
        policies: PathBuf,
        /// A file of facts, which have to fit too.
        #[arg(long)]
        facts: Option<PathBuf>,
    },
    #[command(flatten)]
    Service(service_commands::Command<Config>),
}

/// What it was told, with the command that goes without saying.
fn told() -> impl Iterator<Item = OsString> {
    let mut told: Vec<_> = std::env::args_os().collect();
    let first = told.get(1).and_then(|first| first.to_str());
    let is_setting = first.is_none_or(|first| first.starts_with("--"));
    if is_setting && !matches!(first, Some("--help" | "--version")) {
        told.insert(1.min(told.len()), "serve".into());
    }
    told.into_iter()
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Program { command } = Program::parse_from(told());
    match command {
        Command::Check { policies, facts } => {
            println!("{}", store::check(&policies, facts.as_deref())?);
            Ok(())
        }
        Command::Service(command) => {
            let settings = |config: &Config| config.settings.clone();
            command.run(NAME, settings, store::migrate, run).await
        }
    }
}
