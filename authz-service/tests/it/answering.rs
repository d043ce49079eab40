//! One question, one answer.

use serde_json::json;

use crate::library::{Library, VISITOR, may};

const AT: &str = "/access/v1/evaluation";

#[tokio::test]
async fn no_is_an_answer_like_yes() {
    let library = Library::open().await;
    let yes = library.ask(AT, may("ada", "read", "atlas")).await;
    assert_eq!(yes.content_type, "application/json");
    assert_eq!(yes.request_id.as_deref(), Some("7"));
    let yes = yes.expect(200);
    assert_eq!(yes["decision"], true);
    assert_eq!(yes["context"]["policies"], json!(["readers"]));
    assert_eq!(yes["context"]["revision"], 1);
    assert_eq!(yes["context"]["policyVersion"].as_str().unwrap().len(), 64);
    assert!(yes["context"].get("reasons").is_none());
    let no = library
        .ask(AT, may("ada", "read", "codex"))
        .await
        .expect(200);
    assert_eq!(no["decision"], false);
    assert_eq!(no["context"]["policies"], json!([]));
}

#[tokio::test]
async fn who_asks_why_is_told_the_facts_or_the_one_that_is_missing() {
    let library = Library::open().await;
    let mut question = may("ada", "read", "atlas");
    question["options"] = json!({ "explain": true });
    let yes = library.ask(AT, question.clone()).await.expect(200);
    let facts = &yes["context"]["reasons"][0]["facts"];
    assert!(
        facts.to_string().contains(r#"in Group::\"clerks\""#),
        "{facts}"
    );
    question["subject"]["id"] = "eve".into();
    let no = library.ask(AT, question).await.expect(200);
    assert_eq!(
        no["context"]["reasons"][0]["missing"],
        json!([r#"User::"eve" in Group::"clerks""#])
    );
}

#[tokio::test]
async fn what_a_caller_says_counts_where_they_can_vouch_for_it() {
    let library = Library::open().await;
    let mut question = may("ada", "read", "codex");
    question["resource"]["properties"] = json!({ "shelf": { "type": "Shelf", "id": "open" } });
    let clerk = library.ask(AT, question.clone()).await.expect(200);
    assert_eq!(clerk["decision"], true);
    let visitor = library.ask_as(VISITOR, AT, question).await.expect(200);
    assert_eq!(visitor["decision"], false);
    // Nor do circumstances.
    let mut question = may("eve", "borrow", "codex");
    question["context"] = json!({ "hour": 9 });
    assert_eq!(
        library.ask(AT, question.clone()).await.expect(200)["decision"],
        true
    );
    assert_eq!(
        library.ask_as(VISITOR, AT, question).await.expect(200)["decision"],
        false
    );
}

#[tokio::test]
async fn what_no_policy_could_read_is_ignored_and_what_makes_no_sense_is_refused() {
    let library = Library::open().await;
    let mut question = may("ada", "read", "atlas");
    question["resource"]["properties"] = json!({ "colour": null, "weight": 1.5 });
    question["context"] = json!({ "weather": ["rain", 1.5] });
    question["action"]["properties"] = json!({ "quickly": true });
    assert_eq!(
        library.ask(AT, question.clone()).await.expect(200)["decision"],
        true
    );
    question["context"] = json!({ "hour": "noon" });
    library.ask(AT, question).await.expect(400);
}

#[tokio::test]
async fn what_is_said_of_the_action_is_a_circumstance() {
    let library = Library::open().await;
    let mut question = may("ada", "borrow", "codex");
    assert_eq!(
        library.ask(AT, question.clone()).await.expect(200)["decision"],
        false
    );
    question["action"]["properties"] = json!({ "overnight": true });
    let answer = library.ask(AT, question).await.expect(200);
    assert_eq!(answer["context"]["policies"], json!(["overnight"]));
}

#[tokio::test]
async fn what_the_schema_does_not_know_is_no_question() {
    let library = Library::open().await;
    for (user, action, book) in [
        ("User", "fly", "Book"),
        ("Robot", "read", "Book"),
        ("User", "read", "Chair"),
    ] {
        let question = json!({
            "subject": { "type": user, "id": "ada" },
            "action": { "name": action },
            "resource": { "type": book, "id": "atlas" },
        });
        let refused = library.ask(AT, question).await;
        assert_eq!(refused.content_type, "application/problem+json");
        assert_eq!(refused.request_id.as_deref(), Some("7"));
        refused.expect(400);
    }
}

#[tokio::test]
async fn ids_are_compared_as_they_are_written() {
    let library = Library::open().await;
    for (user, book) in [
        ("Ada", "atlas"),
        ("ada ", "atlas"),
        ("ada\u{200b}", "atlas"),
        ("a\u{0301}da", "atlas"),
        ("ada\" in Group::\"clerks", "atlas"),
        ("ada", "Atlas"),
        ("ada", "atlas\n"),
        ("ada:atlas", ""),
    ] {
        let answer = library.ask(AT, may(user, "read", book)).await.expect(200);
        assert_eq!(answer["decision"], false, "{user:?} {book:?}");
    }
}
