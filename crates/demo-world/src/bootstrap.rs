//! The very first administrator is made on the server, by whoever may run programs there.

use anyhow::Context as _;
use url::Url;

use crate::cast::PLATFORM_ADMINISTRATOR;

/// What `iam-service` is told to make the very first administrator, who gets a link to choose a password.
pub const ARGUMENTS: [&str; 5] = [
    "bootstrap",
    "--email",
    PLATFORM_ADMINISTRATOR.email,
    "--name",
    PLATFORM_ADMINISTRATOR.name,
];

/// The link, among what it wrote.
///
/// # Errors
///
/// When there is none.
pub fn link(wrote: &str) -> anyhow::Result<Url> {
    let mut words = wrote.split_whitespace();
    let link = words.find(|word| word.contains("/one-time-links/"));
    let link = link.with_context(|| format!("iam-service bootstrap printed no link:\n{wrote}"))?;
    Ok(link.parse()?)
}
