//! Docker's builder and Compose.
//!
//! Where the client has both, and new enough, they are used. Else Debian's packages of them are unpacked into the
//! user's cache, and run from there; the client itself is left as it is.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use testkit::supervise::Program;

use super::{bases::DEBIAN, docker};
use crate::progress::stage;
use crate::workspace;

/// A plug-in of Docker's client, which is a program of its own too.
struct Tool {
    /// Its command.
    name: &'static str,
    /// The first version, as major and minor, that has what is used here.
    first: (u32, u32),
}

const BUILDER: Tool = Tool {
    name: "buildx",
    first: (0, 13),
};

const COMPOSE: Tool = Tool {
    name: "compose",
    first: (2, 24),
};

/// Makes sure that both are there.
pub(super) async fn ensure() -> anyhow::Result<()> {
    let directory = unpacked()?;
    for tool in [BUILDER, COMPOSE] {
        if !directory.join(tool.program()).exists() && !tool.is_plugged_in().await {
            stage(
                "Docker's builder and Compose, from Debian's packages",
                unpack(),
            )
            .await?;
        }
    }
    Ok(())
}

/// The builder.
pub(super) fn builder() -> anyhow::Result<Program> {
    BUILDER.command()
}

/// Compose.
pub(crate) fn compose() -> anyhow::Result<Program> {
    COMPOSE.command()
}

impl Tool {
    fn program(&self) -> String {
        format!("docker-{}", self.name)
    }

    /// Ours where we have unpacked it, which was for a reason.
    fn command(&self) -> anyhow::Result<Program> {
        let ours = unpacked()?.join(self.program());
        Ok(if ours.exists() {
            Program::new(ours)
        } else {
            docker([self.name])
        })
    }

    async fn is_plugged_in(&self) -> bool {
        let version = docker([self.name, "version"]).run().await;
        version.is_ok_and(|text| version_in(&text).is_some_and(|version| version >= self.first))
    }
}

/// The first two numbers of the first word that looks like a version.
fn version_in(text: &str) -> Option<(u32, u32)> {
    text.split_whitespace().find_map(|word| {
        let mut numbers = word.trim_start_matches('v').split('.');
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    })
}

/// A directory of configuration for Docker's client in which it finds them too, where we have unpacked them.
pub(crate) fn plugins() -> anyhow::Result<Option<PathBuf>> {
    Ok(unpacked()?.exists().then_some(directory()?))
}

fn directory() -> anyhow::Result<PathBuf> {
    Ok(workspace::cache()?.join("docker"))
}

fn unpacked() -> anyhow::Result<PathBuf> {
    Ok(directory()?.join("cli-plugins"))
}

/// Debian's own `apt-get` fetches them, in a container: this machine may be another Debian, or none.
async fn unpack() -> anyhow::Result<()> {
    const UNPACK: &str = "cd /tmp && apt-get update --quiet=2 \
        && apt-get download --quiet=2 docker-buildx docker-compose \
        && for package in *.deb; do dpkg --extract $package .; done \
        && cp usr/libexec/docker/cli-plugins/* /unpacked && chown --reference=/unpacked /unpacked/*";
    // Beside, so that half of them are not taken for all.
    let unpacked = unpacked()?;
    let directory = unpacked.with_extension("unfinished");
    fs::create_dir_all(&directory)?;
    let volume = format!(
        "{}:/unpacked",
        directory.to_str().context("the cache's path is no text")?
    );
    let container = docker([
        "run", "--rm", "--volume", &volume, DEBIAN, "sh", "-c", UNPACK,
    ]);
    container.run().await?;
    if unpacked.exists() {
        fs::remove_dir_all(&unpacked)?;
    }
    Ok(fs::rename(directory, unpacked)?)
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn versions_are_found_as_the_tools_write_them() {
        for (text, version) in [
            ("Docker Compose version v2.26.1-4", (2, 26)),
            ("Docker Compose version 5.0.0", (5, 0)),
            ("docker-buildx 0.13.1+ds1-3 0.13.1+ds1-3", (0, 13)),
            ("github.com/docker/buildx v0.24.0 d0e5e86", (0, 24)),
        ] {
            assert_eq!(version_in(text), Some(version), "{text}");
        }
        assert_eq!(version_in("unknown command"), None);
    }
}
