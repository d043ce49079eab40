//! Who may know what.

use demo_world::services::SERVICES;

use crate::sources::{Source, assert_none, root, rust};

#[test]
fn the_domain_knows_neither_transport_nor_storage() {
    let foreign = [
        "axum",
        "sqlx",
        "reqwest",
        "async_nats",
        "serde",
        "utoipa",
        "http",
    ];
    let mentions = |line: &str| {
        let code = code(line);
        foreign.iter().any(|name| {
            code.contains(&format!("{name}::")) || code.contains(&format!("use {name};"))
        })
    };
    let offenders: Vec<_> = rust()
        .iter()
        .filter(|source| source.is_in("domain"))
        .flat_map(|source| source.offenders(mentions))
        .collect();
    assert_none(
        "`domain` is types, transitions and invariants; let `store` and `http` translate",
        &offenders,
    );
}

#[test]
fn the_domain_knows_of_the_outbox_what_a_session_holds() {
    let mentions = |line: &str| {
        line.replace("outbox::ConsistencyToken", "")
            .contains("outbox")
    };
    let offenders: Vec<_> = rust()
        .iter()
        .filter(|source| source.is_in("domain"))
        .flat_map(|source| source.offenders(|line| mentions(code(line))))
        .collect();
    assert_none("where events go is not for `domain` to know", &offenders);
}

#[test]
fn the_chassis_knows_of_the_law_who_somebody_is() {
    let mentions = |line: &str| line.replace("access::UserId", "").contains("access::");
    let offenders: Vec<_> = rust()
        .iter()
        .filter(|source| source.path.starts_with("crates/chassis/src/"))
        .flat_map(|source| source.offenders(|line| mentions(code(line))))
        .collect();
    assert_none("the chassis knows no business noun", &offenders);
}

/// A line without its comment.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

#[test]
fn transactions_are_begun_where_whoever_begins_may_be_gone() {
    let begins = |line: &str| line.contains("pool.begin") || line.contains("pool().begin");
    let sources = rust();
    let ours = sources.iter().filter(|source| {
        !source.is_test()
            && !["crates/database/", "crates/testkit/"]
                .iter()
                .any(|folder| source.path.starts_with(folder))
    });
    let offenders: Vec<_> = ours.flat_map(|source| source.offenders(begins)).collect();
    assert_none("`database::begin`: see what it says of sqlx", &offenders);
}

#[test]
fn only_the_stores_know_sql() {
    let is_sql = |line: &str| {
        [
            "query!(",
            "query_as!(",
            "query_scalar!(",
            "sqlx::query",
            "raw_sql(",
        ]
        .iter()
        .any(|sql| line.contains(sql))
    };
    let may = |path: &str| {
        [
            "crates/outbox/",
            "crates/idempotency/",
            "crates/testkit/",
            "xtask/",
        ]
        .iter()
        .any(|prefix| path.starts_with(prefix))
    };
    let offenders: Vec<_> = rust()
        .iter()
        .filter(|source| !source.is_in("store") && !source.is_test() && !may(&source.path))
        .flat_map(|source| source.offenders(is_sql))
        .collect();
    assert_none(
        "SQL is in `store`, `database`, `outbox` and `idempotency` alone",
        &offenders,
    );
}

/// All code of the services, and of what three of them are made of.
fn services() -> Vec<Source> {
    let mut sources = rust();
    sources.retain(|source| {
        let mut services = SERVICES
            .iter()
            .map(|service| format!("{}/src/", service.name));
        services.any(|service| source.path.starts_with(&service))
            || source.path.starts_with("crates/organization/src/")
    });
    assert!(sources.len() > 100, "services have code");
    sources
}

/// Offenders against the rule that only `http` knows this; but these may as well.
fn outside_http(breaks: impl Fn(&str) -> bool, may: &[&str]) -> Vec<String> {
    let sources = services();
    let others = sources.iter().filter(|source| {
        !source.is_in("http") && !may.iter().any(|path| source.path.starts_with(path))
    });
    others
        .flat_map(|source| source.offenders(&breaks))
        .collect()
}

#[test]
fn only_http_answers() {
    let answers = |line: &str| {
        ["Problem::", "Problem>", "-> Problem", "IntoResponse"]
            .iter()
            .any(|answer| line.contains(answer))
    };
    assert_none(
        "`http` turns errors into problems; nobody else knows what is answered",
        &outside_http(answers, &[]),
    );
}

#[test]
fn only_http_and_those_who_ask_know_statuses() {
    let asking = [
        "bff/src/events/reader.rs",
        "crates/organization/src/iam.rs",
        "iam-service/src/back_channel.rs",
        "security-system-service/src/owners/",
    ];
    assert_none(
        "a status is what `http` answers, or what a client of another service was answered",
        &outside_http(|line| line.contains("StatusCode"), &asking),
    );
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let untold: Vec<_> = asking
        .iter()
        .filter(|path| !map.contains(&format!("`{path}`")))
        .map(|path| (*path).to_owned())
        .collect();
    assert_none(
        "ARCHITECTURE names those who read others' statuses",
        &untold,
    );
}

#[test]
fn use_cases_ask_stores() {
    let offenders: Vec<_> = services()
        .iter()
        .filter(|source| source.is_in("app"))
        .flat_map(|source| source.offenders(|line| line.contains("PgPool")))
        .collect();
    assert_none("connections are a `store`'s; `app` has stores", &offenders);
}

#[test]
fn no_service_links_another() {
    let mut offenders = Vec::new();
    let names = || SERVICES.iter().map(|service| service.name);
    for service in names() {
        let manifest = std::fs::read_to_string(root().join(service).join("Cargo.toml")).unwrap();
        for other in names().filter(|other| *other != service) {
            if manifest.lines().any(|line| line.starts_with(other)) {
                offenders.push(format!("{service} links {other}"));
            }
        }
    }
    assert_none(
        "share technique, language and the law; never domain models, clients or tables",
        &offenders,
    );
}
