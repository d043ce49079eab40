//! What handlers take.

use crate::sources::{assert_none, rust};

/// The headers that `chassis::openapi` documents are those that handlers take.
#[test]
fn documented_headers_are_taken_and_taken_ones_documented() {
    let mut offenders = Vec::new();
    for source in rust()
        .iter()
        .filter(|source| source.is_in("http") && !source.is_test())
    {
        // Each handler with what it says of itself, which stands before it.
        for handler in source.text.split("#[utoipa::path(").skip(1) {
            let (about, signature) = handler.split_once("async fn ").unwrap_or((handler, ""));
            let signature = signature.split("{\n").next().unwrap_or_default();
            let is_post = about.trim_start().starts_with("post");
            let creates = is_post && about.contains("status = 201") && about.contains("(\"user\"");
            let changes = ["status = 412", "refusals::Change"];
            let has_versions = changes.iter().any(|changes| about.contains(changes));
            for (documented, header) in [
                (has_versions, "Option<IfMatch>"),
                (creates, "Option<IdempotencyKey>"),
            ] {
                if documented != signature.contains(header) {
                    let name = signature.split('(').next().unwrap_or_default();
                    offenders.push(format!("{}: {name} and {header}", source.path));
                }
            }
        }
    }
    assert_none(
        "412 stands for `If-Match`, a person's POST with 201 for `Idempotency-Key`: \
         a handler takes the header if, and only if, its document says so",
        &offenders,
    );
}

#[test]
fn whoever_asks_an_organization_stands_in_line() {
    let services = [
        "crates/organization/",
        "customer-service/",
        "dealer-service/",
        "monitoring-service/",
    ];
    let line = "crates/organization/src/http/caller.rs";
    let offenders: Vec<_> = rust()
        .iter()
        .filter(|source| source.is_in("http") && source.path != line)
        .filter(|source| services.iter().any(|it| source.path.starts_with(it)))
        .flat_map(|source| source.offenders(|line| line.trim_end().ends_with(": User,")))
        .collect();
    assert_none(
        "a handler for people takes a `Caller`, whose turn it is",
        &offenders,
    );
}
