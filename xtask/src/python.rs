//! Packages of Python that tests use: fetched by pip, kept in the user's cache directory.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use testkit::supervise::Program;

use crate::workspace;

/// axe-core, which judges whether pages are accessible: one JavaScript file.
///
/// It is taken out of a Python package that carries it, because `PyPI` is reachable from more places than
/// registries of JavaScript are.
pub(crate) async fn axe() -> anyhow::Result<PathBuf> {
    let directory = packages("axe-core", &["--no-deps", "axe-playwright-python==0.1.8"]).await?;
    Ok(directory.join("axe_playwright_python/axe.min.js"))
}

/// authlib, a client of `OpenID` providers, with what it makes its requests by.
pub(crate) async fn authlib() -> anyhow::Result<PathBuf> {
    packages("authlib", &["authlib==1.6.5", "requests==2.34.2"]).await
}

/// The directory that holds these packages, installed if it is not there yet.
async fn packages(name: &str, packages: &[&str]) -> anyhow::Result<PathBuf> {
    let versions = packages
        .iter()
        .filter_map(|package| package.split_once("=="));
    let versions: Vec<_> = versions.map(|(_, version)| version).collect();
    let directory = workspace::cache()?.join(format!("{name}-{}", versions.join("-")));
    if !directory.exists() {
        install(&directory, packages)
            .await
            .with_context(|| name.to_owned())?;
    }
    Ok(directory)
}

/// Under another name first: what was interrupted is not taken for whole.
async fn install(directory: &Path, packages: &[&str]) -> anyhow::Result<()> {
    let unfinished = directory.with_extension(format!("{}.tmp", std::process::id()));
    let pip =
        "-m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target";
    let python = Program::new("python3").args(pip.split(' '));
    workspace::run(python.arg(&unfinished).args(packages)).await?;
    match fs::rename(&unfinished, directory) {
        // Another xtask was faster.
        Err(_) if directory.exists() => Ok(fs::remove_dir_all(&unfinished)?),
        renamed => Ok(renamed?),
    }
}
