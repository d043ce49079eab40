//! What has to be there before anything can start.

use crate::install::{self, Part};
use crate::progress::stage;
use crate::workspace;
use testkit::supervise::Program;

/// Installs what is missing and builds what is ours.
pub(crate) async fn prepare(small: bool) -> anyhow::Result<()> {
    install::ensure(&[Part::Postgres, Part::Nats]).await?;
    // All of them at once, and the frontend apart: what they share has the same features everywhere.
    let build = workspace::cargo().args(["build", "--workspace", "--exclude=frontend", "--bins"]);
    stage("building the services", workspace::run(build)).await?;
    // In a process of its own, which gives back all the memory that it takes.
    let mut frontend = Program::new(workspace::binary("xtask")?).arg("frontend");
    if small {
        frontend = frontend.arg("--small");
    }
    workspace::run(frontend).await
}
