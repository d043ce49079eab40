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
    /// As many worlds as it takes to ask so many questions
    #[arg(long, conflicts_with = "count")]
    questions: Option<u64>,
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
    let much = options.questions.map_or_else(
        || format!("--count={}", options.count),
        |questions| format!("--questions={questions}"),
    );
    let seed = format!("--seed={}", options.seed);
    workspace::run(program.arg("--").args([much, seed])).await
}
