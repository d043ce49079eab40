//! Words that are not written here.

use std::path::Path;

use crate::sources::{all, assert_none, root, rust};

#[test]
fn lints_are_expected_not_allowed() {
    // Spelled apart, so that this file does not offend.
    let (outer, inner) = (concat!("#[", "allow("), concat!("#![", "allow("));
    let offenders: Vec<_> = rust()
        .iter()
        .flat_map(|source| source.offenders(|line| line.contains(outer) || line.contains(inner)))
        .collect();
    assert_none(
        "write `#[expect(lint, reason = \"…\")]`: it tells when it is no longer needed",
        &offenders,
    );
}

#[test]
fn tests_neither_sleep_nor_hide() {
    let (sleep, ignore) = (concat!("sleep", "("), concat!("#[", "ignore"));
    let offenders: Vec<_> = rust()
        .iter()
        .filter(|source| source.is_test())
        .flat_map(|source| source.offenders(|line| line.contains(sleep) || line.contains(ignore)))
        .collect();
    assert_none(
        "tests move clocks and step workers; what is broken is mended",
        &offenders,
    );
}

#[test]
fn nothing_refers_to_what_is_outside_of_the_repository() {
    let (folder, machine) = (concat!("../", "shared"), concat!("/wor", "k/"));
    let refers = |line: &str| {
        line.contains(folder)
            || line
                .split(|c: char| c.is_whitespace() || "\"'`(".contains(c))
                .any(|word| word.starts_with(machine))
    };
    let offenders: Vec<_> = all()
        .iter()
        .flat_map(|source| source.offenders(refers))
        .collect();
    assert_none("a clone is complete in itself", &offenders);
}

#[test]
fn links_lead_somewhere() {
    let mut offenders = Vec::new();
    for source in all().iter().filter(|source| {
        Path::new(&source.path)
            .extension()
            .is_some_and(|extension| extension == "md")
    }) {
        let folder = root().join(Path::new(&source.path).parent().unwrap());
        let targets = source
            .text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        for target in targets.map(|target| target.split('#').next().unwrap_or_default()) {
            // A crate's README is its documentation too, and may link to items.
            if target.contains(['/', '.'])
                && !target.contains("://")
                && !folder.join(target).exists()
            {
                offenders.push(format!("{}: {target}", source.path));
            }
        }
    }
    assert_none("a link that leads nowhere", &offenders);
}

#[test]
fn errors_are_said_alike() {
    let mut offenders = Vec::new();
    for source in rust() {
        let mut lines = source.text.lines().map(str::trim).enumerate();
        while let Some((at, line)) = lines.next() {
            let heading = line.strip_prefix("///").or(line.strip_prefix("//!"));
            if heading.map(str::trim) != Some("# Errors") {
                continue;
            }
            let said = lines.find(|(_, line)| line.len() > "///".len());
            if said.is_some_and(|(_, line)| line[3..].trim_start().starts_with("If ")) {
                offenders.push(format!("{}:{}", source.path, at + 1));
            }
        }
    }
    assert_none(
        "`# Errors` tells *when*: \"When the database refuses.\"",
        &offenders,
    );
}
