//! Long files: the ugly trees differ in the tail.

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
