//! A world that was made is kept in files: for the next start, and for those who show it.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, ensure};

use crate::secrets::{Secrets, read, write_private};
use crate::seed::{World, seed};
use crate::{Addresses, bootstrap, http_client};

/// The file that tells what was made, once all of it was: `accounts` and `ids`, as the ready file has them.
pub const MADE: &str = "world.json";

/// The file that tells that one was begun.
const BEGUN: &str = "world.begun";

/// What was begun cannot be gone on with: links are used, and half of the people have passwords.
const UNFINISHED: &str = "a demo world was begun here and not finished. Another one takes new data: \
     `docker compose down --volumes`, and of `cargo xtask demo --keep` another directory";

/// The file that iam-service lists the accounts from on its sign-in page.
pub const ACCOUNTS: &str = "accounts.json";

/// The world that was made before, if one was.
///
/// # Errors
///
/// When what is kept cannot be read, or not be understood.
pub fn find(directory: &Path) -> anyhow::Result<Option<World>> {
    read(&directory.join(MADE))
}

/// The world that was made before; else one that is made now, and kept. To make it takes what `iam-service` writes when it
/// is told [`bootstrap::ARGUMENTS`].
///
/// # Errors
///
/// When what is kept cannot be understood, or a world cannot be made, or one was begun before and not finished.
pub async fn find_or_make(
    directory: &Path,
    addresses: Addresses,
    secrets: &Secrets,
    bootstrapped: impl AsyncFnOnce() -> anyhow::Result<String>,
) -> anyhow::Result<World> {
    if let Some(world) = find(directory)? {
        return Ok(world);
    }
    let begun = directory.join(BEGUN);
    ensure!(!begun.try_exists()?, UNFINISHED);
    // Which can be repeated until its link is used.
    let link = bootstrap::link(&bootstrapped().await?)?;
    let password = secrets.demo_password()?;
    write_private(&begun, &[])?;
    let made = seed(http_client()?, addresses, link, &password).await;
    let world = made.context(UNFINISHED)?;
    keep(directory, &world)?;
    Ok(world)
}

/// Keeps the world.
fn keep(directory: &Path, world: &World) -> anyhow::Result<()> {
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
