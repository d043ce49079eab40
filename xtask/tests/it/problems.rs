//! Every documented problem is one that a service answers. The reverse is the compiler's business.

use std::fs;

use crate::sources::{assert_none, root, rust};

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
            !sources
                .iter()
                .any(|source| source.text.contains(&format!("\"{slug}\"")))
        })
        .collect();
    assert_none(
        "docs/problems has pages of problems that nobody answers",
        &offenders,
    );
}
