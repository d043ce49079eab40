//! Names that say nothing.

use crate::sources::{all, assert_none, rust};

const EMPTY: [&str; 9] = [
    "common", "shared", "utils", "util", "helpers", "helper", "manager", "misc", "base",
];

#[test]
fn names_say_what_is_inside() {
    let says_nothing = |part: &str| EMPTY.contains(&part.split('.').next().unwrap_or_default());
    let offenders: Vec<_> = all()
        .iter()
        .filter(|source| source.path.split('/').any(says_nothing))
        .map(|source| source.path.clone())
        .collect();
    assert_none(
        "no crate, folder or module has a name that fits any content",
        &offenders,
    );
}

#[test]
fn no_module_is_named_after_nothing() {
    let declares = |line: &str| {
        let words: Vec<_> = line
            .trim()
            .trim_end_matches([';', '{', ' '])
            .split(' ')
            .collect();
        matches!(words.as_slice(), [.., "mod", name] if EMPTY.contains(name))
    };
    let offenders: Vec<_> = rust()
        .iter()
        .flat_map(|source| source.offenders(declares))
        .collect();
    assert_none("no module has a name that fits any content", &offenders);
}
