//! Passwords and keys, made when first asked for.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// The secrets of one demo, by name. They are in its data directory, so that kept data stays usable.
pub(crate) struct Secrets {
    file: PathBuf,
    known: RefCell<BTreeMap<String, String>>,
}

impl Secrets {
    /// The secrets kept in `data`, if any.
    pub(crate) fn of(data: &Path) -> anyhow::Result<Self> {
        let file = data.join("secrets.json");
        let known = match fs::read(&file) {
            Ok(text) => {
                serde_json::from_slice(&text).with_context(|| format!("read {}", file.display()))?
            }
            Err(_) => BTreeMap::new(),
        };
        Ok(Self {
            file,
            known: RefCell::new(known),
        })
    }

    /// A secret for machines, of 32 random bytes, good in addresses too.
    pub(crate) fn get(&self, name: &str) -> anyhow::Result<String> {
        self.get_or(name, || crate::digest::of(&rand::random::<[u8; 32]>()))
    }

    /// A secret, made as told.
    pub(crate) fn get_or(
        &self,
        name: &str,
        make: impl FnOnce() -> String,
    ) -> anyhow::Result<String> {
        let mut known = self.known.borrow_mut();
        if let Some(secret) = known.get(name) {
            return Ok(secret.clone());
        }
        let secret = make();
        known.insert(name.to_owned(), secret.clone());
        let text = serde_json::to_vec_pretty(&*known)?;
        write_private(&self.file, &text)?;
        Ok(secret)
    }

    /// The password of all demo accounts: four words that can be read out and typed on a phone.
    pub(crate) fn demo_password(&self) -> anyhow::Result<String> {
        self.get_or("demo-password", || {
            let words: Vec<_> = rand::random::<[u8; 4]>()
                .iter()
                .map(|byte| WORDS[usize::from(byte % 64)])
                .collect();
            format!("{}-{:04}", words.join("-"), rand::random::<u16>() % 10_000)
        })
    }
}

/// Writes a file that holds secrets: nobody else on this machine reads it.
pub(crate) fn write_private(file: &Path, text: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)?;
    file.write_all(text)
}

/// Four of 64 and four digits are 37 bits: a lot for a day on loopback.
const WORDS: [&str; 64] = [
    "amber", "anchor", "apple", "arrow", "autumn", "badge", "basil", "beacon", "birch", "bridge",
    "candle", "canyon", "cedar", "cherry", "clover", "cobalt", "copper", "coral", "cotton",
    "daisy", "delta", "ember", "falcon", "fern", "forest", "garden", "ginger", "glacier",
    "granite", "harbor", "hazel", "heron", "indigo", "island", "ivory", "jasper", "juniper",
    "lantern", "lemon", "linen", "maple", "marble", "meadow", "mellow", "nectar", "olive", "onyx",
    "orchid", "otter", "pebble", "pepper", "pine", "plum", "quartz", "river", "saffron", "silver",
    "spruce", "summit", "timber", "topaz", "velvet", "violet", "willow",
];

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn only_we_read_what_holds_secrets() {
        let scratch = testkit::scratch::Scratch::new("private").unwrap();
        let file = scratch.path().join("clients.json");
        write_private(&file, b"{}").unwrap();
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(fs::read(&file).unwrap(), b"{}");
    }
}
