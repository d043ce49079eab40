//! Who may know what.

use crate::sources::{assert_none, root, rust};

const SERVICES: [&str; 6] = [
    "bff",
    "customer-service",
    "dealer-service",
    "iam-service",
    "monitoring-service",
    "security-system-service",
];

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
        let code = line.split("//").next().unwrap_or_default();
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
        "SQL is in `store`, `outbox` and `idempotency` alone",
        &offenders,
    );
}

#[test]
fn only_http_answers() {
    let answers = |line: &str| line.contains("Problem::") || line.contains("IntoResponse");
    let offenders: Vec<_> = rust()
        .iter()
        .filter(|source| {
            ["domain", "app", "store"]
                .iter()
                .any(|module| source.is_in(module))
        })
        .flat_map(|source| source.offenders(answers))
        .collect();
    assert_none(
        "`http` turns errors into problems; below it nobody knows what is answered",
        &offenders,
    );
}

#[test]
fn no_service_links_another() {
    let mut offenders = Vec::new();
    for service in SERVICES {
        let manifest = std::fs::read_to_string(root().join(service).join("Cargo.toml")).unwrap();
        for other in SERVICES.iter().filter(|other| **other != service) {
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
