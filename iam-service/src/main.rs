//! iam-service as a program.

use std::sync::Arc;

use anyhow::Context as _;
use chassis::clock::SystemClock;
use chassis::config::Watched;
use clap::{Args, Parser, Subcommand};
use iam_service::app::App;
use iam_service::config::Maintenance;
use iam_service::{Config, NAME, migrate, run};
use secrecy::ExposeSecret as _;
use sqlx::PgPool;

/// The OpenID provider.
#[derive(Debug, Parser)]
#[command(version)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Common(service_commands::Command<Config, Watched>),
    /// Creates the first administrator and prints their one-time link.
    Bootstrap(Bootstrap),
    /// Signs with the next key from now on, and publishes another next one.
    RotateKeys(Maintenance),
}

#[derive(Debug, Args)]
struct Bootstrap {
    #[command(flatten)]
    maintenance: Maintenance,
    /// The administrator's address.
    #[arg(long)]
    email: String,
    /// The administrator's name.
    #[arg(long)]
    name: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Program::parse().command {
        Command::Common(command) => {
            let settings = |config: &Config| config.settings.clone();
            command.run(NAME, settings, migrate, run).await
        }
        Command::Bootstrap(bootstrap) => {
            let (email, name) = (bootstrap.email.parse()?, bootstrap.name.parse()?);
            let link = open(&bootstrap.maintenance)
                .await?
                .bootstrap(&email, &name)
                .await?;
            println!("{link}");
            Ok(())
        }
        Command::RotateKeys(maintenance) => {
            let rotated = open(&maintenance).await?.rotate_keys().await?;
            println!("active {}\nnext   {}", rotated.active, rotated.next);
            Ok(())
        }
    }
}

async fn open(maintenance: &Maintenance) -> anyhow::Result<App> {
    let url = maintenance.database.url()?;
    let pool = PgPool::connect(url.expose_secret())
        .await
        .context("the database of iam-service")?;
    iam_service::assemble(maintenance.rules()?, pool, Arc::new(SystemClock))
}
