//! What is kept: policies, facts and callers, as files.

mod callers;
mod facts;

pub use callers::callers;
pub use facts::facts;

use std::path::Path;

use anyhow::Context as _;
use pdp::{Change, Engine, Policies};

/// The policies of a directory.
///
/// # Errors
///
/// Everything that is wrong with them, each with its file and line.
pub fn policies(directory: &Path) -> anyhow::Result<Policies> {
    Policies::read(directory).with_context(|| format!("policies in {}", directory.display()))
}

/// Says what is in a directory, if nothing is wrong with it, nor with a file of facts beside it.
///
/// # Errors
///
/// Everything that is wrong, each with its file and line.
pub fn check(directory: &Path, file: Option<&Path>) -> anyhow::Result<String> {
    let policies = policies(directory)?;
    let engine = Engine::new(&policies)?;
    if let Some(file) = file {
        let changes = facts(file)?.into_iter().map(Change::Add);
        let written = engine.write(changes);
        written.with_context(|| file.display().to_string())?;
    }
    let (count, cases) = (policies.cedar().policies().count(), policies.cases().len());
    let (known, version) = (engine.view().len(), policies.version());
    Ok(format!(
        "policies: {count}, cases passed: {cases}, facts: {known}, version {version}"
    ))
}
