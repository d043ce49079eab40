//! A world that was made is kept in files: for the next start, and for those who show it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context as _;

use crate::secrets::write_private;
use crate::seed::World;

/// The file that tells what was made, once all of it was: `accounts` and `ids`, as the ready file has them.
pub const MADE: &str = "world.json";

/// The file that iam-service lists the accounts from on its sign-in page.
pub const ACCOUNTS: &str = "accounts.json";

/// The world that was made before, if one was.
///
/// # Errors
///
/// When what is kept cannot be understood.
pub fn find(directory: &Path) -> anyhow::Result<Option<World>> {
    let file = directory.join(MADE);
    let Ok(text) = fs::read(&file) else {
        return Ok(None);
    };
    let world = serde_json::from_slice(&text);
    world.with_context(|| format!("read {}", file.display()))
}

/// Keeps the world.
///
/// # Errors
///
/// When it cannot be written.
pub fn keep(directory: &Path, world: &World) -> anyhow::Result<()> {
    let accounts = serde_json::to_vec(&world.accounts)?;
    write_private(&directory.join(ACCOUNTS), &accounts)?;
    Ok(write_private(
        &directory.join(MADE),
        &serde_json::to_vec(world)?,
    )?)
}

/// What people are told when everything is ready: the address, the accounts, their password.
#[must_use]
pub fn announcement(address: &str, world: &World) -> String {
    let mut text = format!("\nRealGuardIO is ready: {address}\n\n");
    for account in &world.accounts {
        // Writing to a string does not fail.
        let _ = writeln!(text, "  {:<40} {}", account.email, account.may);
    }
    if let Some(account) = world.accounts.first() {
        let password = &account.password;
        let _ = write!(text, "\nThe password of every account: {password}");
    }
    text
}
