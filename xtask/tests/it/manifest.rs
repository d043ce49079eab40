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
