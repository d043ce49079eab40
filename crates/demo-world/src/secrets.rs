//! Passwords and keys, made when first asked for.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::de::DeserializeOwned;

use crate::drawn;

/// What they are kept in.
const FILE: &str = "secrets.json";

/// The name of the password of all demo accounts.
pub(crate) const DEMO_PASSWORD: &str = "demo-password";

/// The secrets of one demo, by name. They are kept beside its data, so that kept data stays usable.
pub struct Secrets {
    file: PathBuf,
    known: RefCell<BTreeMap<String, String>>,
}

impl Secrets {
    /// The secrets kept in `data`, if any.
    ///
    /// # Errors
    ///
    /// When what is kept there cannot be read.
    pub fn of(data: &Path) -> anyhow::Result<Self> {
        let file = data.join(FILE);
        Ok(Self {
            known: RefCell::new(read(&file)?.unwrap_or_default()),
            file,
        })
    }

    /// A secret for machines, of 32 random bytes, good in addresses too.
    ///
    /// # Errors
    ///
    /// When a new one cannot be kept.
    pub fn get(&self, name: &str) -> anyhow::Result<String> {
        self.get_or(name, || {
            let [one, other] = drawn::<[u128; 2]>();
            format!("{one:032x}{other:032x}")
        })
    }

    /// A secret, made as told.
    ///
    /// # Errors
    ///
    /// When a new one cannot be kept.
    pub fn get_or(&self, name: &str, make: impl FnOnce() -> String) -> anyhow::Result<String> {
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

    /// Keeps these in another directory too, for somebody who is to know no others.
    ///
    /// # Errors
    ///
    /// When one of them was not made yet, or they cannot be kept there.
    pub fn share(&self, names: &[&str], directory: &Path) -> anyhow::Result<()> {
        let known = self.known.borrow();
        let shared = names.iter().map(|name| {
            let secret = known.get(*name);
            let secret = secret.with_context(|| format!("no secret {name}"))?;
            anyhow::Ok((*name, secret.as_str()))
        });
        let shared: BTreeMap<_, _> = shared.collect::<anyhow::Result<_>>()?;
        let text = serde_json::to_vec_pretty(&shared)?;
        Ok(write_private(&directory.join(FILE), &text)?)
    }

    /// The password of all demo accounts: four words that can be read out and typed on a phone.
    ///
    /// # Errors
    ///
    /// When a new one cannot be kept.
    pub fn demo_password(&self) -> anyhow::Result<String> {
        self.get_or(DEMO_PASSWORD, || {
            let words: Vec<_> = drawn::<[u8; 4]>()
                .iter()
                .map(|byte| WORDS[usize::from(byte % 64)])
                .collect();
            format!("{}-{:04}", words.join("-"), drawn::<u16>() % 10_000)
        })
    }
}

/// What is kept in a file, if there is one. One that cannot be read is not taken for none: whoever did would write
/// another over it.
pub(crate) fn read<Kept: DeserializeOwned>(file: &Path) -> anyhow::Result<Option<Kept>> {
    let text = match fs::read(file) {
        Err(none) if none.kind() == ErrorKind::NotFound => return Ok(None),
        text => text,
    };
    let kept = text.map_err(anyhow::Error::from);
    let kept = kept.and_then(|text| Ok(Some(serde_json::from_slice(&text)?)));
    kept.with_context(|| format!("read {}", file.display()))
}

/// Writes a file that holds secrets: nobody else on this machine reads it.
///
/// # Errors
///
/// When it cannot be written.
pub fn write_private(file: &Path, text: &[u8]) -> io::Result<()> {
    write(file, text, 0o600)
}

/// Writes a file that some others may read, in one step: whoever sees it sees all of it, also after the power failed.
pub(crate) fn write(file: &Path, text: &[u8], mode: u32) -> io::Result<()> {
    let unfinished = file.with_extension("unfinished");
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(mode);
    let mut written = options.open(&unfinished)?;
    written.write_all(text)?;
    written.sync_all()?;
    fs::rename(unfinished, file)
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
