//! Pages for people: what links there lead to.

use std::path::Path;

use crate::sources::{Source, all, assert_none, root};

fn pages() -> Vec<Source> {
    let mut sources = all();
    sources.retain(|source| {
        Path::new(&source.path)
            .extension()
            .is_some_and(|extension| extension == "md")
    });
    sources
}

#[test]
fn links_lead_somewhere() {
    let mut offenders = Vec::new();
    for source in pages() {
        let folder = root().join(Path::new(&source.path).parent().unwrap());
        let targets = source
            .text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        for target in targets.map(|target| target.split('#').next().unwrap_or_default()) {
            let is_elsewhere = target.is_empty() || target.contains("://");
            if !is_elsewhere && !folder.join(target).exists() {
                offenders.push(format!("{}: {target}", source.path));
            }
        }
    }
    assert_none(
        "a link that leads nowhere; an item of a crate is `Named`, for who reads a README on the web has no rustdoc",
        &offenders,
    );
}

#[test]
fn what_is_in_brackets_is_a_link() {
    let code = concat!("[", "`");
    let is_bare = |line: &str| {
        let mut ends = line.split(code).skip(1).filter_map(|rest| {
            let (_, behind) = rest.split_once("`]")?;
            Some(behind)
        });
        ends.any(|behind| !behind.starts_with('('))
    };
    let offenders: Vec<_> = pages()
        .iter()
        .flat_map(|source| source.offenders(is_bare))
        .collect();
    assert_none(
        "only rustdoc makes a link of [`Name`]; on the web the brackets are shown",
        &offenders,
    );
}
