//! Callers as a file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::domain::{Callers, Supplies};

/// Characters that a key has at least: what can be guessed is no key.
const SHORTEST: usize = 32;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    key: Option<SecretString>,
    #[serde(default)]
    supplies: Vec<String>,
}

/// Who is known by a file such as `{"shop": {"key": "…", "supplies": ["Order.total", "context.ip"]}}`.
///
/// # Errors
///
/// When it cannot be read, or is not of that form; when a key is too short.
pub fn callers(file: &Path) -> anyhow::Result<Callers> {
    let named = || format!("callers in {}", file.display());
    let text = fs::read_to_string(file).with_context(named)?;
    let described: BTreeMap<String, Described> = serde_json::from_str(&text).with_context(named)?;
    let mut callers = Callers::default();
    for (name, Described { key, supplies }) in described {
        let key = key.as_ref().map(SecretString::expose_secret);
        ensure!(
            key.is_none_or(|key| key.len() >= SHORTEST),
            "{}: the key of {name} has fewer than {SHORTEST} characters",
            named()
        );
        let supplies = Supplies::parse(supplies.iter().map(String::as_str)).with_context(named)?;
        callers.add(name, supplies, key);
    }
    Ok(callers)
}
