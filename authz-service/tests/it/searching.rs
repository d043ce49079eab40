//! The question turned round.

use serde_json::{Value, json};

use crate::library::{CLERK, Library, VISITOR};

const RESOURCES: &str = "/access/v1/search/resource";
const SUBJECTS: &str = "/access/v1/search/subject";
const ACTIONS: &str = "/access/v1/search/action";

fn readable() -> Value {
    json!({ "subject": { "type": "User", "id": "ada" }, "action": { "name": "read" }, "resource": { "type": "Book" } })
}

fn ids(answer: &Value) -> Vec<&str> {
    let results = answer["results"].as_array().unwrap();
    let named = |one: &'_ Value| one.get("id").is_some();
    results
        .iter()
        .map(|one| {
            one[if named(one) { "id" } else { "name" }]
                .as_str()
                .unwrap()
        })
        .collect()
}

#[tokio::test]
async fn what_is_found_is_what_evaluation_says_yes_to() {
    let library = Library::open().await;
    let found = library.ask(RESOURCES, readable()).await.expect(200);
    assert_eq!(ids(&found), ["atlas", "bible"]);
    assert_eq!(found["page"], json!({ "next_token": "", "count": 2 }));
    let readers = json!({ "subject": { "type": "User" }, "action": { "name": "read" }, "resource": { "type": "Book", "id": "atlas" } });
    assert_eq!(
        ids(&library.ask(SUBJECTS, readers).await.expect(200)),
        ["ada", "ben"]
    );
    let deeds = json!({
        "subject": { "type": "User", "id": "ada" }, "resource": { "type": "Book", "id": "atlas" }, "context": { "hour": 9 },
    });
    assert_eq!(
        ids(&library.ask(ACTIONS, deeds.clone()).await.expect(200)),
        ["borrow", "read"]
    );
    assert_eq!(
        ids(&library.ask_as(VISITOR, ACTIONS, deeds).await.expect(200)),
        ["read"]
    );
}

#[tokio::test]
async fn of_what_nobody_knows_nothing_is_found() {
    let library = Library::open().await;
    let mut question = readable();
    question["resource"]["type"] = "Spaceship".into();
    assert!(ids(&library.ask(RESOURCES, question).await.expect(200)).is_empty());
    let deeds = json!({ "subject": { "type": "Robot", "id": "ada" }, "resource": { "type": "Book", "id": "atlas" } });
    assert!(ids(&library.ask(ACTIONS, deeds).await.expect(200)).is_empty());
}

#[tokio::test]
async fn pages_go_on_where_the_last_one_ended() {
    let library = Library::open().await;
    let deeds = json!({
        "subject": { "type": "User", "id": "ada" }, "resource": { "type": "Book", "id": "atlas" }, "context": { "hour": 9 },
    });
    for (path, mut question, all) in [
        (RESOURCES, readable(), ["atlas", "bible"]),
        (ACTIONS, deeds, ["borrow", "read"]),
    ] {
        let mut found = Vec::new();
        question["page"] = json!({ "limit": 1 });
        loop {
            let page = library.ask(path, question.clone()).await.expect(200);
            found.extend(ids(&page).into_iter().map(ToOwned::to_owned));
            let token = page["page"]["next_token"].as_str().unwrap();
            if token.is_empty() {
                break;
            }
            question["page"]["token"] = token.into();
        }
        assert_eq!(found, all, "{path}");
    }
}

#[tokio::test]
async fn a_token_is_good_for_its_search_alone() {
    let library = Library::open().await;
    let deeds = json!({
        "subject": { "type": "User", "id": "ada" }, "resource": { "type": "Book", "id": "atlas" }, "context": { "hour": 9 },
    });
    for (path, mut question) in [(RESOURCES, readable()), (ACTIONS, deeds)] {
        question["page"] = json!({ "limit": 1 });
        let page = library.ask(path, question.clone()).await.expect(200);
        let token = page["page"]["next_token"].as_str().unwrap();
        let tries = [
            token.replace(&token[3..4], "-"),
            token[1..].to_owned(),
            format!("{token}A"),
            "next".to_owned(),
        ];
        for forged in tries.iter().filter(|forged| *forged != token) {
            question["page"]["token"] = forged.as_str().into();
            library.ask(path, question.clone()).await.expect(400);
        }
        question["page"]["token"] = token.into();
        library.ask(path, question.clone()).await.expect(200);
        // Nor is it for somebody else's search.
        let mut other = question.clone();
        other["subject"]["id"] = "ben".into();
        library.ask(path, other).await.expect(400);
    }
    let mut question = readable();
    question["page"] = json!({ "limit": 0 });
    library.ask_as(CLERK, RESOURCES, question).await.expect(400);
}
