//! `cargo xtask frontend`: the UI's files, ready to be served.
//!
//! Rust becomes WebAssembly ([`compile`]), WebAssembly gets its JavaScript ([`bind`]), and everything gets a name
//! with a digest of its content, and compressed twins ([`publish`]). The result is in
//! `target/frontend/dist`; it replaces the previous one in a single step.

mod bind;
mod compile;
mod publish;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use clap::Args;

use crate::progress::stage;
use crate::{digest, workspace};

/// How often to look whether another build has ended.
const LOOK: Duration = Duration::from_millis(100);

/// Build the UI's files into target/frontend/dist
#[derive(Args)]
pub(crate) struct Options {
    /// Optimize for size, which takes longer
    #[arg(long)]
    pub(crate) small: bool,
}

/// Where the files are.
pub(crate) fn dist() -> anyhow::Result<PathBuf> {
    Ok(workspace::target()?.join("frontend/dist"))
}

/// Builds the UI.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    stage("user interface", build(options.small)).await
}

/// Builds the UI, saying nothing about stages. What has not changed is not done again.
pub(crate) async fn build(small: bool) -> anyhow::Result<()> {
    let module = compile::compile(small).await?;
    let (source, dist) = (workspace::root().join("frontend/static"), dist()?);
    let _alone = alone(&dist).await?;
    let (state, mark) = (state(&module, &source)?, dist.with_extension("built-from"));
    if dist.join("index.html").exists()
        && fs::read_to_string(&mark).is_ok_and(|built| built == state)
    {
        return Ok(());
    }
    let bound = bind::bind(&module, small)?;
    let size = publish::publish(&source, &bound, &dist, small)?;
    fs::write(mark, state)?;
    eprintln!("  {} KiB compressed, in {}", size / 1024, dist.display());
    Ok(())
}

/// Waits until nobody else makes these files; nobody else does while what is given back is held.
async fn alone(dist: &Path) -> anyhow::Result<File> {
    let lock = dist.with_extension("lock");
    fs::create_dir_all(lock.parent().context("files without a directory")?)?;
    let lock = File::create(lock)?;
    while let Err(held) = lock.try_lock() {
        match held {
            TryLockError::WouldBlock => tokio::time::sleep(LOOK).await,
            TryLockError::Error(error) => return Err(error.into()),
        }
    }
    Ok(lock)
}

/// A digest of all that the files are made from.
fn state(module: &Path, source: &Path) -> anyhow::Result<String> {
    let mut content = fs::read(module)?;
    content.extend([look::TOKENS, look::ICON].concat().into_bytes());
    let mut files = fs::read_dir(source)?
        .map(|entry| Ok(entry?.path()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    files.retain(|file| file.is_file());
    files.sort();
    for file in files {
        content.extend_from_slice(file.as_os_str().as_encoded_bytes());
        content.extend(fs::read(file)?);
    }
    Ok(digest::of(&content))
}
