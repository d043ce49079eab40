//! `cargo xtask trouble`: kills under load, revocations under load, and a look at what is left.
//!
//! The program is with the stories, because it needs the services; here it gets a database cluster and a
//! broker to stand on, and the services' programs beside it.

use clap::Args;
use demo_world::services::SERVICES;

use crate::test::RealParts;
use crate::{install, workspace};

/// Kill every service under load (`kills`), or take rights away under load (`enemies`)
#[derive(Args)]
pub(crate) struct Options {
    /// Compile with optimisation first
    #[arg(long)]
    release: bool,
    /// `kills` or `enemies`, and what they are told; `kills --help` tells more
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Makes the trouble; fails when anything was lost, doubled or allowed by mistake.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    install::ensure(&[install::Part::Postgres, install::Part::Nats]).await?;
    let profile = options.release.then(|| "--release".to_owned());
    let services = SERVICES
        .iter()
        .map(|service| format!("--package={}", service.name));
    let build = workspace::cargo().args(["build", "--quiet", "--bins"]);
    workspace::run(build.args(services).args(profile.clone())).await?;
    let parts = RealParts::start().await?;
    let program = parts.cargo("run --quiet --package=stories --bin=trouble");
    workspace::run(program.args(profile).arg("--").args(options.arguments)).await
}
