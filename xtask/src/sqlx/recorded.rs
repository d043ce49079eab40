//! What is recorded, and whether it is current.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Crate;
use super::database::files_below;
use crate::{digest, workspace};

/// Whether these folders together record the same as the other.
pub(crate) fn same(
    folders: impl IntoIterator<Item = PathBuf>,
    other: &Path,
) -> anyhow::Result<bool> {
    let mut recorded = BTreeMap::new();
    for folder in folders {
        recorded.extend(read(&folder)?);
    }
    Ok(recorded == read(other)?)
}

fn read(folder: &Path) -> anyhow::Result<BTreeMap<OsString, Value>> {
    if !folder.exists() {
        return Ok(BTreeMap::new());
    }
    fs::read_dir(folder)?
        .map(|entry| {
            let entry = entry?;
            Ok((
                entry.file_name(),
                serde_json::from_slice(&fs::read(entry.path())?)?,
            ))
        })
        .collect()
}

/// Whether nothing that matters changed since the crate was found current.
pub(crate) fn is_known_current(found: &Crate) -> anyhow::Result<bool> {
    Ok(fs::read_to_string(mark(found)?)
        .is_ok_and(|known| state(found).is_ok_and(|state| state == known)))
}

/// Remembers that the crate, as it is now, is current.
pub(crate) fn remember_current(found: &Crate) -> anyhow::Result<()> {
    let mark = mark(found)?;
    fs::create_dir_all(mark.with_file_name(""))?;
    Ok(fs::write(mark, state(found)?)?)
}

fn mark(found: &Crate) -> anyhow::Result<PathBuf> {
    Ok(workspace::target()?.join("sqlx").join(&found.name))
}

/// Over the crate's files and the versions of everything.
fn state(found: &Crate) -> anyhow::Result<String> {
    let mut files = files_below(&found.folder)?;
    files.push(workspace::root().join("Cargo.lock"));
    files.sort();
    let mut content = Vec::new();
    for file in files {
        content.extend_from_slice(file.as_os_str().as_encoded_bytes());
        content.extend(fs::read(file)?);
    }
    Ok(digest::of(&content))
}
