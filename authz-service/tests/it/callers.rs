//! Who may ask.

use axum::body::Body;
use http::{Request, header};
use testkit::forged;

use authz_service::NAME;
use authz_service::http::SCOPE;

use crate::library::{Library, VISITOR, may};

const AT: &str = "/access/v1/evaluation";

#[tokio::test]
async fn a_key_opens_and_nothing_near_it() {
    let library = Library::open().await;
    let question = may("ada", "read", "atlas");
    library
        .ask_as(VISITOR, AT, question.clone())
        .await
        .expect(200);
    for key in [
        "",
        " ",
        &VISITOR[1..],
        &VISITOR.to_uppercase(),
        &format!("{VISITOR}x"),
        "visitor",
    ] {
        library.ask_as(key, AT, question.clone()).await.expect(401);
    }
    let nobody = Request::post(AT).header(header::CONTENT_TYPE, "application/json");
    library
        .call(nobody.body(Body::from(question.to_string())).unwrap())
        .await
        .expect(401);
}

#[tokio::test]
async fn where_there_are_keys_tokens_are_believed_only_if_that_was_said() {
    let question = may("eve", "borrow", "atlas");
    let alone = Library::open().await;
    let token = alone.mint.machine("till", NAME, SCOPE).token();
    alone.ask_as(&token, AT, question.clone()).await.expect(401);
    let library = Library::open_with(&["--tokens"]).await;
    let token = library.mint.machine("till", NAME, SCOPE).token();
    let mut question = question;
    question["context"] = serde_json::json!({ "hour": 9 });
    // The client is known by name, and can vouch for the hour.
    assert_eq!(
        library
            .ask_as(&token, AT, question.clone())
            .await
            .expect(200)["decision"],
        true
    );
    let token = library.mint.machine("stranger", NAME, SCOPE).token();
    assert_eq!(
        library
            .ask_as(&token, AT, question.clone())
            .await
            .expect(200)["decision"],
        false
    );
    library
        .ask_as(VISITOR, AT, question.clone())
        .await
        .expect(200);
    let token = library.mint.machine("till", NAME, "something:else").token();
    library
        .ask_as(&token, AT, question.clone())
        .await
        .expect(403);
    let token = library.mint.user(forged::PERSON).token();
    library.ask_as(&token, AT, question).await.expect(401);
}

#[tokio::test]
async fn nobody_is_answered_unless_a_demonstration_says_so() {
    let nobody = || {
        let request = Request::post(AT).header(header::CONTENT_TYPE, "application/json");
        request
            .body(Body::from(may("ada", "read", "atlas").to_string()))
            .unwrap()
    };
    let library = Library::open_with(&["--demo"]).await;
    library.call(nobody()).await.expect(401);
    let library = Library::open_with(&["--demo", "--anonymous"]).await;
    library.call(nobody()).await.expect(200);
    library
        .ask_as("a key of nobody", AT, may("ada", "read", "atlas"))
        .await
        .expect(401);
}
