//! Words that are not written here.

use crate::sources::{all, assert_none, rust};

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
    // What runs everything passes on what it finds there, and does without where there is nothing.
    let sources = all();
    let inside = sources.iter().filter(|source| source.path != ".ci/run");
    let offenders: Vec<_> = inside.flat_map(|source| source.offenders(refers)).collect();
    assert_none("a clone is complete in itself", &offenders);
}

#[test]
fn errors_are_said_alike() {
    let mut offenders = Vec::new();
    for source in rust() {
        let lines: Vec<_> = source.text.lines().map(str::trim).collect();
        for (at, lines) in lines.windows(3).enumerate() {
            let begins = |line: &str, word: &str| {
                let text = line.strip_prefix("///").or(line.strip_prefix("//!"));
                text.is_some_and(|text| text.trim_start().starts_with(word))
            };
            let gap = ["///", "//!"].contains(&lines[1]);
            if begins(lines[0], "# Errors") && (!gap || begins(lines[2], "If ")) {
                offenders.push(format!("{}:{}", source.path, at + 1));
            }
        }
    }
    assert_none(
        "`# Errors`, a line of nothing, and *when*: \"When the database refuses.\"",
        &offenders,
    );
}
