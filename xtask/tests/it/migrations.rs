//! A migration leaves what instances of the version before use: docs/adr/0028.

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
