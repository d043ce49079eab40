//! What security-system-service can be told of strategies, so that a slip is noticed before anything is built.

use anyhow::{Context as _, ensure};

/// The operations that a strategy decides.
const OPERATIONS: [&str; 4] = ["view", "arm", "disarm", "acknowledge"];

/// The strategies.
pub const NAMES: [&str; 6] = [
    "fetch",
    "replicate",
    "provide",
    "combine",
    "delegate",
    "delegate-local",
];

/// Takes a strategy per operation as it is written, such as `disarm=fetch,view=replicate`.
///
/// # Errors
///
/// When it says something else.
pub fn parse(text: &str) -> anyhow::Result<String> {
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let said = part.split_once('=');
        let (operation, strategy) =
            said.with_context(|| format!("{part:?} is not of the form operation=strategy"))?;
        let operations = OPERATIONS.join(", ");
        ensure!(
            OPERATIONS.contains(&operation),
            "{operation:?} is no operation; there are {operations}"
        );
        let strategies = NAMES.join(", ");
        ensure!(
            NAMES.contains(&strategy),
            "{strategy:?} is no strategy; there are {strategies}"
        );
    }
    Ok(text.to_owned())
}
