//! Several questions at once.

use serde_json::{Value, json};

use crate::library::{Library, may};

const AT: &str = "/access/v1/evaluations";

fn decisions(answer: &Value) -> Vec<bool> {
    let all = answer["evaluations"].as_array().unwrap();
    all.iter()
        .map(|one| one["decision"].as_bool().unwrap())
        .collect()
}

fn books(ids: &[&str]) -> Value {
    ids.iter()
        .map(|id| json!({ "resource": { "type": "Book", "id": id } }))
        .collect()
}

#[tokio::test]
async fn all_are_answered_or_up_to_the_first_that_decides() {
    let library = Library::open().await;
    let mut question = may("ada", "read", "atlas");
    question["evaluations"] = books(&["codex", "atlas", "codex", "bible"]);
    for (semantic, expected) in [
        (None, vec![false, true, false, true]),
        (Some("execute_all"), vec![false, true, false, true]),
        (Some("deny_on_first_deny"), vec![false]),
        (Some("permit_on_first_permit"), vec![false, true]),
    ] {
        if let Some(semantic) = semantic {
            question["options"] = json!({ "evaluations_semantic": semantic });
        }
        let answer = library.ask(AT, question.clone()).await.expect(200);
        assert_eq!(decisions(&answer), expected, "{semantic:?}");
    }
    question["options"] = json!({ "evaluations_semantic": "all" });
    library.ask(AT, question).await.expect(400);
}

#[tokio::test]
async fn a_part_stands_for_all_of_the_default() {
    let library = Library::open().await;
    let mut question = may("ada", "read", "codex");
    question["resource"]["properties"] = json!({ "shelf": { "type": "Shelf", "id": "open" } });
    question["evaluations"] = json!([{}, { "resource": { "type": "Book", "id": "codex" } }, { "resource": { "id": "codex" } }]);
    let answer = library.ask(AT, question).await.expect(200);
    assert_eq!(decisions(&answer), [true, false, false]);
    assert_eq!(answer["evaluations"][2]["context"]["error"]["status"], 400);
}

#[tokio::test]
async fn one_that_is_no_question_leaves_the_others_alone() {
    let library = Library::open().await;
    let mut question = may("ada", "read", "atlas");
    question["evaluations"] =
        json!([{}, 7, [], "", { "action": { "name": "fly" } }, { "subject": ["User", "ada"] }, {}]);
    let answer = library.ask(AT, question).await.expect(200);
    assert_eq!(
        decisions(&answer),
        [true, false, false, false, false, false, true]
    );
    let failed = answer["evaluations"].as_array().unwrap().iter();
    let failed = failed
        .filter(|one| one["context"].get("error").is_some())
        .count();
    assert_eq!(failed, 5);
}

#[tokio::test]
async fn without_several_it_is_one() {
    let library = Library::open().await;
    let mut question = may("ada", "read", "atlas");
    assert_eq!(
        library.ask(AT, question.clone()).await.expect(200)["decision"],
        true
    );
    question["evaluations"] = json!([]);
    assert_eq!(
        library.ask(AT, question.clone()).await.expect(200)["decision"],
        true
    );
    question.as_object_mut().unwrap().remove("subject");
    library.ask(AT, question).await.expect(400);
}

/// Whatever stands beside a question, it gets the answer that it gets alone.
#[tokio::test]
async fn neighbours_and_duplicates_change_nothing() {
    let library = Library::open().await;
    let mut items = Vec::new();
    for user in ["ada", "eve", "ben"] {
        for book in ["atlas", "codex"] {
            let mut item = may(user, "read", book);
            items.push(item.clone());
            item["resource"]["properties"] = json!({ "shelf": { "type": "Shelf", "id": "open" } });
            items.push(item.clone());
            items.push(item);
        }
    }
    let mut alone = Vec::new();
    for item in &items {
        let answer = library
            .ask("/access/v1/evaluation", item.clone())
            .await
            .expect(200);
        alone.push(answer["decision"].as_bool().unwrap());
    }
    let together = library
        .ask(AT, json!({ "evaluations": items }))
        .await
        .expect(200);
    assert_eq!(decisions(&together), alone);
    items.reverse();
    alone.reverse();
    let together = library
        .ask(AT, json!({ "evaluations": items }))
        .await
        .expect(200);
    assert_eq!(decisions(&together), alone);
}
