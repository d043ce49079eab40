//! Long files, and empty ones: the ugly trees differ in the tail.

use std::cmp::Reverse;

use crate::sources::{assert_none, rust};

const LIMIT: usize = 400;

#[test]
fn no_file_is_longer_than_a_sitting() {
    let mut sizes: Vec<_> = rust()
        .iter()
        .map(|source| (source.text.lines().count(), source.path.clone()))
        .collect();
    sizes.sort_by_key(|(lines, _)| Reverse(*lines));
    println!(
        "{} Rust files, median {} lines; the longest:",
        sizes.len(),
        sizes[sizes.len() / 2].0
    );
    for (lines, path) in sizes.iter().take(10) {
        println!("{lines:>6} {path}");
    }
    let offenders: Vec<_> = sizes
        .iter()
        .filter(|(lines, _)| *lines > LIMIT)
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect();
    assert_none("split what has grown long", &offenders);
}

#[test]
fn no_file_is_empty() {
    let empty = rust().into_iter();
    let empty = empty.filter(|source| source.text.trim().is_empty());
    let empty: Vec<_> = empty.map(|source| source.path).collect();
    assert_none("delete what has become empty", &empty);
}
