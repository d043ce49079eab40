//! axe-core, which judges whether pages are accessible: one JavaScript file.
//!
//! It is taken out of a Python package that carries it, because `PyPI` is reachable from more places than
//! registries of JavaScript are. It stays in the user's cache directory.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use testkit::supervise::Program;

use crate::workspace;

const PACKAGE: &str = "axe-playwright-python";
const VERSION: &str = "0.1.8";

/// The file, fetched if it is not there yet.
pub(crate) async fn file() -> anyhow::Result<PathBuf> {
    let directory = workspace::cache()?.join(format!("{PACKAGE}-{VERSION}"));
    let file = directory.join("axe_playwright_python/axe.min.js");
    if !file.exists() {
        fs::create_dir_all(&directory)?;
        fetch(&directory).await?;
    }
    Ok(file)
}

async fn fetch(directory: &Path) -> anyhow::Result<()> {
    let python = || Program::new("python3").directory(directory);
    let package = format!("{PACKAGE}=={VERSION}");
    workspace::run(python().args(["-m", "pip", "download", "--quiet", "--no-deps", &package]))
        .await?;
    let wheel = fs::read_dir(directory)?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .context("pip has downloaded no package")?;
    workspace::run(
        python()
            .args(["-m", "zipfile", "-e"])
            .arg(wheel)
            .arg(directory),
    )
    .await
}
