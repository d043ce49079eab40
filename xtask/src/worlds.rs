//! `cargo xtask worlds`: random worlds, each examined under every strategy.
//!
//! The program is with the stories, because it needs the services; here it gets a database cluster and a
//! broker to stand on.

use clap::Args;

use crate::test::RealParts;
use crate::{install, workspace};

/// Compare every strategy with a model, in random worlds
#[derive(Args)]
pub(crate) struct Options {
    /// How many worlds
    #[arg(long, default_value_t = 10)]
    count: u64,
    /// The seed of the first
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Compile with optimisation first: for a great many worlds
    #[arg(long)]
    release: bool,
}

/// Lets the worlds happen; fails when anybody disagrees.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    install::ensure(&[install::Part::Postgres, install::Part::Nats]).await?;
    let parts = RealParts::start().await?;
    let program = parts.cargo("run --quiet --package=stories --bin=worlds");
    let program = if options.release {
        program.arg("--release")
    } else {
        program
    };
    let (count, seed) = (options.count, options.seed);
    workspace::run(
        program
            .arg("--")
            .args([format!("--count={count}"), format!("--seed={seed}")]),
    )
    .await
}
