//! The version table.

use std::fs;

use crate::sources::{assert_none, root};

#[test]
fn every_dependency_says_why() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let table = manifest
        .split("[workspace.dependencies]")
        .nth(1)
        .unwrap()
        .split("\n[")
        .next()
        .unwrap();
    let mut offenders = Vec::new();
    let mut open = None;
    for line in table.lines() {
        let name = line.split(" = ").next().unwrap_or_default();
        if let Some(name) = open.clone() {
            // The comment of an entry of several lines is on its last one.
            if line.starts_with(']') {
                offenders.extend((!line.contains('#')).then_some(name));
                open = None;
            }
        } else if line.contains(" = ") && !line.starts_with('#') && !line.contains("path = ") {
            if line.trim_end().ends_with('[') {
                open = Some(name.to_owned());
            } else if !line.contains('#') {
                offenders.push(name.to_owned());
            }
        }
    }
    assert_none(
        "each dependency has a comment on why it is there",
        &offenders,
    );
}

#[test]
fn versions_are_in_the_one_table() {
    let mut offenders = Vec::new();
    for source in crate::sources::all() {
        if source.path.ends_with("/Cargo.toml") {
            let own = |line: &str| line.contains("version = \"") || line.contains("path = \"../");
            offenders.extend(source.offenders(own));
        }
    }
    assert_none(
        "members take dependencies as `name.workspace = true`",
        &offenders,
    );
}

#[test]
fn every_dependency_is_named_by_its_crate() {
    let (sources, rust) = (crate::sources::all(), crate::sources::rust());
    let mut offenders = Vec::new();
    for manifest in &sources {
        let Some(folder) = manifest.path.strip_suffix("Cargo.toml") else {
            continue;
        };
        let code = || rust.iter().filter(|source| source.path.starts_with(folder));
        for name in dependencies(&manifest.text) {
            let word = name.replace('-', "_");
            if !code().any(|source| says(&source.text, &word)) {
                offenders.push(format!("{}: {name}", manifest.path));
            }
        }
    }
    assert_none("what no file names is not depended on", &offenders);
}

/// The dependencies of a member, but those that it says are not called.
fn dependencies(manifest: &str) -> Vec<&str> {
    let (mut inside, mut names) = (false, Vec::new());
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]") && !line.starts_with("[workspace");
        }
        inside &= !line.starts_with("# Not called");
        if inside && let Some((name, _)) = line.split_once(['.', ' ']) {
            names.extend((!name.starts_with('#')).then_some(name));
        }
    }
    names
}

fn says(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        !before.ends_with(is_part) && !after.starts_with(is_part)
    })
}
