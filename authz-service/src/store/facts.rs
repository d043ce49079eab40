//! Facts as a file.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use pdp::{Entity, Fact};

/// What a file says, in Cedar's JSON form for entities.
///
/// # Errors
///
/// When it cannot be read, or is not of that form.
pub fn facts(file: &Path) -> anyhow::Result<Vec<Fact>> {
    let name = || format!("facts in {}", file.display());
    let text = fs::read_to_string(file).with_context(name)?;
    let entities: Vec<Entity> = serde_json::from_str(&text).with_context(name)?;
    let mut facts = Vec::new();
    for entity in entities {
        facts.extend(entity.facts().with_context(name)?);
    }
    Ok(facts)
}
