//! A start from a snapshot of the facts: the same answers, or none.

use std::fs;

use authz_service::store::{check, snapshot};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::library::{Library, files, may};

/// The same files, with a snapshot in the place of the facts: it is known by what is in it.
fn with_a_snapshot() -> TempDir {
    let files = files();
    let facts = files.path().join("facts.json");
    let told = snapshot(&files.path().join("policies"), &facts, &facts).unwrap();
    assert_eq!(told, "facts: 6");
    files
}

/// The facts of these files, changed by this.
fn changed(files: &TempDir, change: impl FnOnce(&mut Vec<u8>)) {
    let facts = files.path().join("facts.json");
    let mut bytes = fs::read(&facts).unwrap();
    change(&mut bytes);
    fs::write(&facts, bytes).unwrap();
}

/// All that can be asked, with the reasons, and what is searched for.
async fn answers(library: &Library) -> Vec<Value> {
    let mut answers = Vec::new();
    for user in ["ada", "ben", "eve"] {
        for action in ["read", "borrow"] {
            for book in ["atlas", "bible", "codex"] {
                let mut question = may(user, action, book);
                question["options"] = json!({ "explain": true });
                let answer = library.ask("/access/v1/evaluation", question).await;
                let mut answer = answer.expect(200);
                // How often facts were written is not the same.
                answer["context"]["revision"].take();
                answers.push(answer);
            }
        }
        let search = json!({
            "subject": { "type": "User", "id": user }, "action": { "name": "read" }, "resource": { "type": "Book" },
        });
        let found = library.ask("/access/v1/search/resource", search).await;
        let found = found.expect(200);
        let found = found["results"].as_array().unwrap();
        let mut found: Vec<_> = found.iter().map(|one| one["id"].to_string()).collect();
        found.sort();
        answers.push(json!(found));
    }
    answers
}

#[tokio::test]
async fn a_snapshot_answers_as_the_facts_do() {
    let by_facts = answers(&Library::open().await).await;
    let library = Library::open_in(with_a_snapshot(), &[]).await.unwrap();
    assert_eq!(answers(&library).await, by_facts);
    assert_eq!(by_facts[0]["decision"], true);
    assert_eq!(by_facts[2]["decision"], false);
}

/// What happens to a file.
type Damage = fn(&mut Vec<u8>);

#[tokio::test]
async fn nobody_starts_with_a_damaged_one() {
    let damages: [(&str, Damage); 4] = [
        ("the snapshot is damaged", |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        }),
        ("the snapshot is damaged", |bytes| {
            bytes.pop();
        }),
        ("the snapshot is damaged", |bytes| bytes.extend(b"more")),
        ("not a snapshot that this version can read", |bytes| {
            bytes[10] = b'9';
        }),
    ];
    for (said, damage) in damages {
        let files = with_a_snapshot();
        changed(&files, damage);
        let facts = files.path().join("facts.json");
        let checked = check(&files.path().join("policies"), Some(&facts));
        let started = Library::open_in(files, &[]).await.map(drop);
        for refused in [checked.map(drop), started] {
            let error = format!("{:#}", refused.unwrap_err());
            assert!(error.contains(said), "{error}");
            assert!(error.contains("facts.json"), "{error}");
        }
    }
}

/// A snapshot of facts is none of what they mean: that is for the schema to say.
#[tokio::test]
async fn nobody_starts_with_one_that_does_not_fit() {
    let files = with_a_snapshot();
    let schema = files.path().join("policies/library.cedarschema");
    let other = fs::read_to_string(&schema).unwrap();
    let other = other.replace("entity User in [Group]", "entity User");
    fs::write(&schema, other).unwrap();
    let policies = files.path().join("policies/library.cedar");
    fs::write(policies, "").unwrap();
    let refused = Library::open_in(files, &[]).await.map(drop);
    let error = format!("{:#}", refused.unwrap_err());
    assert!(error.contains("is in no Group"), "{error}");
}
