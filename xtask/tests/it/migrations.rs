//! A migration leaves what instances of the version before use: docs/adr/0028. And it has a number of its own: two branches
//! may give the same one away, which nothing sees but a run of what was merged.

use std::collections::BTreeMap;

use crate::sources::{Source, all, assert_none};

/// From before that was a rule.
const BEFORE: [&str; 5] = [
    "crates/outbox/migrations/0002_generations.sql",
    "crates/outbox/migrations/0005_standing.sql",
    "iam-service/migrations/0002_generations.sql",
    "iam-service/migrations/0003_known_devices.sql",
    "iam-service/migrations/0006_mail_names_nobody.sql",
];

/// By what a statement takes something away, or demands more.
const TAKES_AWAY: [&str; 8] = [
    "drop column ",
    "drop constraint ",
    "drop default",
    "drop function ",
    "drop table ",
    "drop view ",
    "rename ",
    "set not null",
];

/// The statements that take away what somebody may use, as far as the migration does not say that nobody does.
fn taken_away(migration: &Source) -> Vec<String> {
    let says = |line: &str| line.starts_with("-- Nobody uses ");
    if migration.text.lines().any(says) {
        return vec![];
    }
    migration.offenders(|line| {
        let line = line.to_lowercase();
        let statement = line.split("--").next().unwrap_or_default();
        TAKES_AWAY.iter().any(|taken| statement.contains(taken))
    })
}

#[test]
fn a_migration_takes_away_only_what_nobody_uses() {
    let mut migrations = all();
    migrations.retain(|source| {
        source.path.contains("migrations/") && !BEFORE.contains(&source.path.as_str())
    });
    assert!(migrations.len() > 10, "services have migrations");
    let offenders: Vec<_> = migrations.iter().flat_map(taken_away).collect();
    assert_none(
        "a migration adds; what nobody uses any more a later one drops, and says so: `-- Nobody uses …`",
        &offenders,
    );
}

#[test]
fn what_is_taken_away_is_seen_unless_nobody_uses_it() {
    let migration = |text: &str| Source {
        path: "some-service/migrations/0009_less.sql".to_owned(),
        text: text.to_owned(),
    };
    let drops = "-- Less.\nALTER TABLE mail DROP COLUMN name;\n";
    assert_eq!(taken_away(&migration(drops)).len(), 1);
    let said = format!("-- Nobody uses the name since mail names nobody.\n{drops}");
    assert!(taken_away(&migration(&said)).is_empty());
    let adds = "alter table mail add column name text; -- to rename nobody, drop table nothing\n";
    assert!(taken_away(&migration(adds)).is_empty());
}

/// The folders of migrations whose numbers are not 1, 2, 3 and so on, and those that they have instead.
fn misnumbered<'a>(paths: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut folders = BTreeMap::<&str, Vec<Option<usize>>>::new();
    for path in paths {
        let Some((folder, name)) = path.rsplit_once('/') else {
            continue;
        };
        if folder.ends_with("migrations") {
            let number = name
                .split('_')
                .next()
                .and_then(|number| number.parse().ok());
            folders.entry(folder).or_default().push(number);
        }
    }
    let all = folders.into_iter().map(|(folder, mut numbers)| {
        numbers.sort_unstable();
        (folder, numbers)
    });
    let wrong = all.filter(|(_, numbers)| {
        let expected = (1..=numbers.len()).map(Some);
        !numbers.iter().copied().eq(expected)
    });
    wrong
        .map(|(folder, numbers)| {
            let told = numbers.iter().map(|number| match number {
                Some(number) => number.to_string(),
                None => "none".to_owned(),
            });
            format!("{folder}: {}", told.collect::<Vec<_>>().join(", "))
        })
        .collect()
}

#[test]
fn migrations_are_numbered_without_a_gap_and_none_twice() {
    let migrations = all();
    let paths = migrations.iter().map(|source| source.path.as_str());
    assert_none(
        "the migrations of a folder are 1, 2, 3 and so on: give yours the next number",
        &misnumbered(paths),
    );
}

#[test]
fn a_number_given_twice_or_left_out_is_seen() {
    let none = misnumbered([
        "a/migrations/0002_b.sql",
        "a/migrations/0001_a.sql",
        "a/src/0007.rs",
    ]);
    assert!(none.is_empty(), "{none:?}");
    for (wrong, told) in [
        (["0001_a.sql", "0002_b.sql", "0002_c.sql"], "1, 2, 2"),
        (["0001_a.sql", "0002_b.sql", "0004_d.sql"], "1, 2, 4"),
        (["0002_b.sql", "0003_c.sql", "0004_d.sql"], "2, 3, 4"),
        (["0001_a.sql", "0002_b.sql", "again.sql"], "none, 1, 2"),
    ] {
        let paths = wrong.map(|name| format!("some-service/migrations/{name}"));
        assert_eq!(
            misnumbered(paths.iter().map(String::as_str)),
            [format!("some-service/migrations: {told}")]
        );
    }
}
