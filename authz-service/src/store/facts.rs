//! Facts as a file.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use pdp::{Change, Engine, Entity, Fact};

/// Tells an engine what a file says: facts in Cedar's JSON form for entities; or a snapshot of facts, which is verified before
/// any of it is used.
///
/// # Errors
///
/// When the file cannot be read or is damaged, or what it says does not fit the policies.
pub(super) fn tell(engine: &Engine, file: &Path) -> anyhow::Result<()> {
    let name = || format!("facts in {}", file.display());
    if Engine::is_snapshot(file).with_context(name)? {
        engine.restore(file).with_context(name)?;
    } else {
        let changes = facts(file)?.into_iter().map(Change::Add);
        engine.write(changes).with_context(name)?;
    }
    Ok(())
}

fn facts(file: &Path) -> anyhow::Result<Vec<Fact>> {
    let name = || format!("facts in {}", file.display());
    let text = fs::read_to_string(file).with_context(name)?;
    let entities: Vec<Entity> = serde_json::from_str(&text).with_context(name)?;
    let mut facts = Vec::new();
    for entity in entities {
        facts.extend(entity.facts().with_context(name)?);
    }
    Ok(facts)
}
