//! Every documented problem is one that a service answers. The reverse is the compiler's business.

use std::fs;

use crate::sources::{Source, assert_none, root, rust};

#[test]
fn every_page_is_of_a_problem_that_is_answered() {
    let sources = rust();
    let offenders: Vec<_> = fs::read_dir(root().join("docs/problems"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|page| page.extension().is_some_and(|extension| extension == "md"))
        .map(|page| page.file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|slug| slug != "README")
        .filter(|slug| {
            let answered = |source: &Source| source.text.lines().any(|line| declares(line, slug));
            !sources
                .iter()
                .any(|source| !source.is_test() && answered(source))
        })
        .collect();
    assert_none(
        "docs/problems has pages of problems that nobody answers",
        &offenders,
    );
}

/// Whether this is a line of `problems!`, as `pub CONFLICT = 409 "conflict";`.
fn declares(line: &str, slug: &str) -> bool {
    let declared = line.trim().strip_suffix(&format!(" \"{slug}\";"));
    let declared = declared.and_then(|declared| declared.rsplit_once(" = "));
    declared.is_some_and(|(name, status)| !name.starts_with("//") && status.parse::<u16>().is_ok())
}
