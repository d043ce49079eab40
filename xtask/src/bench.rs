//! `cargo xtask bench`: measures what strategies cost, each against the others within one run.
//!
//! The program is with the stories, because it needs the services; here it is compiled with optimisation, and gets
//! a database cluster and a broker to stand on.

use clap::Args;

use crate::test::RealParts;
use crate::{install, workspace};

/// Measure, and write what was measured as JSON and Markdown
#[derive(Args)]
pub(crate) struct Options {
    /// What to measure (decision, revocation, list, evaluation, growth, coupling, tokens); everything, if nothing is named
    names: Vec<String>,
    /// Only show that it works, compiled as the tests are: the figures mean nothing
    #[arg(long)]
    quick: bool,
}

/// Measures, and prints what was measured.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    install::ensure(&[install::Part::Postgres, install::Part::Nats]).await?;
    let parts = RealParts::start().await?;
    let cargo = parts.cargo("run --quiet --package=stories --bin=bench");
    let cargo = if options.quick {
        cargo
    } else {
        cargo.arg("--release")
    };
    let out = workspace::target()?.join("bench");
    let mut arguments = vec!["--".to_owned(), format!("--out={}", out.display())];
    arguments.extend(options.quick.then(|| "--quick".to_owned()));
    arguments.extend(options.names);
    workspace::run(cargo.args(arguments)).await
}
