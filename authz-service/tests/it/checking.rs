//! Policies that make no sense are not started with.

use std::fs;

use authz_service::store::{check, policies};

use crate::library::files;

#[test]
fn what_is_well_is_counted() {
    let files = files();
    let facts = files.path().join("facts.json");
    let told = check(&files.path().join("policies"), Some(&facts)).unwrap();
    assert!(
        told.starts_with("policies: 3, cases passed: 0, facts: "),
        "{told}"
    );
}

#[test]
fn what_is_wrong_is_said_with_file_and_line() {
    for (name, text, expected) in [
        (
            "more.cedar",
            "permit (principal, action, resource);",
            "no @id",
        ),
        (
            "more.cedar",
            "\n@id(\"x\") permit (principal, action, resource) when { principal.age > 1 };",
            "more.cedar",
        ),
        (
            "more.cases.json",
            r#"{"facts": [], "cases": [{"name": "nobody reads", "principal": "User::\"x\"", "action": "Action::\"read\"", "resource": "Book::\"y\"", "allowed": true}]}"#,
            "more.cases.json:1: \"nobody reads\": it is denied",
        ),
    ] {
        let files = files();
        let directory = files.path().join("policies");
        fs::write(directory.join(name), text).unwrap();
        let error = format!("{:#}", policies(Some(&directory)).unwrap_err());
        assert!(error.contains(expected), "{error}");
    }
    let files = files();
    let facts = files.path().join("facts.json");
    fs::write(
        &facts,
        r#"[{"uid": {"type": "Robot", "id": "r"}, "attrs": {"x": 1}}]"#,
    )
    .unwrap();
    let error = check(&files.path().join("policies"), Some(&facts)).unwrap_err();
    assert!(format!("{error:#}").contains("Robot"), "{error:#}");
}
