//! The files of the repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file that is, or would be, committed.
pub(crate) struct Source {
    /// Its path from the root, with slashes.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

impl Source {
    /// The numbered lines that break a rule, as `path:line: text`.
    pub(crate) fn offenders(&self, breaks: impl Fn(&str) -> bool) -> Vec<String> {
        let lines = self
            .text
            .lines()
            .enumerate()
            .filter(|(_, line)| breaks(line));
        lines
            .map(|(index, line)| format!("{}:{}: {}", self.path, index + 1, line.trim()))
            .collect()
    }

    /// Whether the file is in a folder, or is the module, of this name below some `src`.
    pub(crate) fn is_in(&self, module: &str) -> bool {
        self.path.contains(&format!("/src/{module}/"))
            || self.path.ends_with(&format!("/src/{module}.rs"))
            || self.path.contains(&format!("/{module}/")) && self.path.contains("/src/")
    }

    /// Whether it is code of a test.
    pub(crate) fn is_test(&self) -> bool {
        self.path.contains("/tests/")
            || self.path.starts_with("tests/")
            || self.path.ends_with("/tests.rs")
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// All text files of the repository.
pub(crate) fn all() -> Vec<Source> {
    let listing = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap();
    let paths = String::from_utf8(listing.stdout).unwrap();
    let read = |path: &str| {
        Some(Source {
            path: path.to_owned(),
            text: fs::read_to_string(root().join(path)).ok()?,
        })
    };
    let sources: Vec<_> = paths.lines().filter_map(read).collect();
    assert!(sources.len() > 100, "git lists the files of a clone");
    sources
}

/// All Rust files.
pub(crate) fn rust() -> Vec<Source> {
    let mut sources = all();
    sources.retain(|source| {
        Path::new(&source.path)
            .extension()
            .is_some_and(|extension| extension == "rs")
    });
    sources
}

/// Fails with all offenders, and the rule that they break.
#[track_caller]
pub(crate) fn assert_none(rule: &str, offenders: &[String]) {
    assert!(offenders.is_empty(), "{rule}\n  {}", offenders.join("\n  "));
}
