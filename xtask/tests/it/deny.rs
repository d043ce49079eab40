//! What `deny.toml` says may be linked in, is what is linked in. `cargo deny` knows of advisories too; these here need
//! nothing but cargo.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use serde_json::Value;
use spdx::{Expression, ParseMode};

use crate::sources::{assert_none, root};

/// The one registry.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The quoted words of the list that begins so.
fn list(text: &str, beginning: &str) -> BTreeSet<String> {
    let Some((_, list)) = text.split_once(beginning) else {
        return BTreeSet::new();
    };
    let words = list.split(']').next().unwrap().split('"');
    words.skip(1).step_by(2).map(str::to_owned).collect()
}

/// Who depends on each crate, by `Cargo.lock`, whatever their versions.
fn dependents() -> BTreeMap<String, BTreeSet<String>> {
    let mut dependents: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in read("Cargo.lock").split("[[package]]\n").skip(1) {
        let name = package.split('"').nth(1).unwrap();
        for dependency in list(package, "\ndependencies = [") {
            let dependency = dependency.split(' ').next().unwrap().to_owned();
            dependents
                .entry(dependency)
                .or_default()
                .insert(name.to_owned());
        }
    }
    assert!(dependents["axum"].contains("bff"));
    dependents
}

#[test]
fn what_is_banned_is_taken_by_those_alone_who_may() {
    let (deny, dependents) = (read("deny.toml"), dependents());
    let mut offenders = Vec::new();
    let bans: Vec<_> = deny.split("{ crate = \"").skip(1).collect();
    assert!(bans.len() > 1, "{bans:?}");
    for ban in bans {
        let name = ban.split('"').next().unwrap();
        let ban = ban.split('}').next().unwrap();
        let (may, do_take) = (list(ban, "wrappers = ["), dependents.get(name));
        let do_take = do_take.cloned().unwrap_or_default();
        offenders.extend((may != do_take).then(|| format!("{name}: {may:?}, and {do_take:?}")));
    }
    assert_none("who may take what is banned, and who does", &offenders);
}

#[test]
fn everything_is_from_the_one_registry() {
    let lock = read("Cargo.lock");
    let sources = lock
        .lines()
        .filter_map(|line| line.strip_prefix("source = "));
    let others: Vec<_> = sources
        .filter(|source| source.trim_matches('"') != REGISTRY)
        .map(str::to_owned)
        .collect();
    assert_none("crates are taken from crates.io", &others);
}

#[test]
fn licences_are_among_those_that_are_accepted() {
    let deny = read("deny.toml");
    let accepted = list(&deny, "\nallow = [");
    let mut exceptions = exceptions(&deny);
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked"])
        .args(["--filter-platform", &platform])
        .current_dir(root())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&metadata.stderr);
    assert!(metadata.status.success(), "{told}");
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    // Ours have none: they are not published.
    let theirs: Vec<_> = packages
        .iter()
        .filter(|package| !package["source"].is_null())
        .collect();
    assert!(theirs.len() > 100, "{}", theirs.len());
    let mut offenders = Vec::new();
    for package in theirs {
        let text = |field: &str| package[field].as_str().unwrap_or_default();
        let (name, licence) = (text("name"), text("license"));
        let mut accepted = accepted.clone();
        accepted.extend(exceptions.remove(name).unwrap_or_default());
        let is_met = is_met(licence, &accepted);
        offenders.extend((!is_met).then(|| format!("{name}: {licence}")));
    }
    offenders.extend(exceptions.into_keys());
    assert_none("licences are accepted, and exceptions needed", &offenders);
}

/// What single crates may have beside what all may.
fn exceptions(deny: &str) -> BTreeMap<String, BTreeSet<String>> {
    let entries = deny.split("{ allow = [").skip(1);
    let entries = entries.map(|entry| {
        let name = entry.split("crate = \"").nth(1).unwrap();
        let name = name.split('"').next().unwrap();
        (name.to_owned(), list(entry, ""))
    });
    entries.collect()
}

/// Whether a crate with this licence, an SPDX expression, may be taken by whoever accepts these. A slash is how `OR` was
/// written once.
fn is_met(licence: &str, accepted: &BTreeSet<String>) -> bool {
    let expression = Expression::parse_mode(licence, ParseMode::LAX);
    expression.is_ok_and(|it| it.evaluate(|asked| accepted.contains(&asked.to_string())))
}

#[test]
fn expressions_are_read_as_spdx_has_them() {
    let accepted = ["MIT", "Apache-2.0 WITH LLVM-exception"];
    let accepted = accepted.map(str::to_owned).into();
    for (expression, may) in [
        ("MIT", true),
        ("MIT OR GPL-3.0-only", true),
        ("GPL-3.0-only/MIT", true),
        ("MIT AND GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT AND MIT", true),
        ("(MIT OR GPL-3.0-only) AND MIT", true),
        ("(ISC OR GPL-3.0-only) OR MIT", true),
        ("(MIT OR ISC) AND (ISC OR GPL-3.0-only)", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0", false),
        ("MIT MIT", false),
        ("", false),
    ] {
        assert_eq!(is_met(expression, &accepted), may, "{expression}");
    }
}
