//! What has to be there before anything can start.

use crate::progress::stage;
use crate::workspace;
use testkit::supervise::Program;

/// Builds what is ours.
pub(crate) async fn compile(small: bool) -> anyhow::Result<()> {
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
