//! What this machine has compiled, as a folder that images are made from.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use anyhow::Context;
use testkit::scratch::Scratch;
use testkit::supervise::Program;

use super::{docker, images};
use crate::{frontend, workspace};

/// Stripped copies of the programs, and the UI's files.
pub(super) async fn collect() -> anyhow::Result<Scratch> {
    let scratch = Scratch::new("images")?;
    for program in images().map(|image| image.name) {
        let copy = scratch.path().join(program);
        let strip = Program::new("strip").arg("-o").arg(&copy);
        strip.arg(workspace::binary(program)?).run().await?;
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o755))?;
    }
    let ui = scratch.path().join("ui");
    let copy = Program::new("cp").arg("--recursive");
    copy.arg(frontend::dist()?).arg(ui).run().await?;
    Ok(scratch)
}

/// What was linked here may want a newer C library than the images have.
pub(super) async fn starts() -> anyhow::Result<()> {
    let image = "realguardio/iam-service";
    // What was just built, or nothing: no registry has our images.
    let container = docker(["run", "--rm", "--pull=never", image, "--version"]);
    let started = container.run().await.map(drop);
    started.context("what this machine compiles does not run on Debian: build from the sources, without --packed")
}
