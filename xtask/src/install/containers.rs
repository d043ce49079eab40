//! Parts in containers, behind programs of their usual names.
//!
//! For each program there is a script of that name, which runs it out of an image: on the host's network, on the host's
//! paths, as the same user. Whoever starts the program need not know.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use testkit::supervise::{Program, also_find_in, find};

use super::Part;
use crate::images::{NATS, POSTGRES};
use crate::workspace;

/// Makes those of `parts` findable that Docker can run here.
pub(super) async fn provide(parts: &[Part]) -> anyhow::Result<()> {
    if find("docker").is_none() || Program::new("docker").arg("info").run().await.is_err() {
        return Ok(());
    }
    let directory = workspace::cache()?.join("containers");
    fs::create_dir_all(&directory)?;
    for part in parts {
        for (program, image) in programs(*part) {
            let script = directory.join(program);
            fs::write(&script, run(program, image))?;
            fs::set_permissions(&script, Permissions::from_mode(0o755))?;
        }
    }
    also_find_in(directory);
    Ok(())
}

const fn programs(part: Part) -> &'static [(&'static str, &'static str)] {
    match part {
        Part::Postgres => &[("initdb", POSTGRES), ("postgres", POSTGRES)],
        Part::Nats => &[("nats-server", NATS)],
        Part::Browser | Part::Pip | Part::WasmCompiler | Part::Debootstrap => &[],
    }
}

fn run(program: &str, image: &str) -> String {
    // Postgres looks its user up, hence the list of users.
    format!(
        r#"#!/bin/sh
temporary="${{TMPDIR:-/tmp}}"
exec docker run --rm --network host --user "$(id -u):$(id -g)" --workdir / \
    --volume /etc/passwd:/etc/passwd:ro --volume "$temporary:$temporary" --volume "$HOME:$HOME" \
    --entrypoint {program} {image} "$@"
"#
    )
}
