//! Exceptions: two agree on one, it counts for one thing and for a while, and lapses by itself.

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::session::Session;

use crate::kept::{Library, POLICIES, SCHEMA};
use crate::library::{VISITOR, may};
use crate::policies::{APPROVER, AUTHOR, people, promote};
use crate::telling::{DANA, told_under};

#[tokio::test]
async fn it_counts_once_two_have_agreed_and_until_its_time_is_over() {
    let library = Library::open().await;
    let [author, approver] = library.people();
    let asked = author.post("/exceptions", library.wish(30)).await;
    let asked = asked.is(StatusCode::OK);
    assert_eq!(asked["standing"], "ASKED");
    library.here.take_in().await;
    assert!(!library.may().await);
    let path = "/exceptions/1/approval";
    let agreed = approver.post(path, json!({})).await.is(StatusCode::OK);
    assert_eq!(agreed["standing"], "IN_FORCE");
    let again = approver.post(path, json!({})).await.is(StatusCode::OK);
    assert_eq!(again, agreed);
    library.here.take_in().await;

    let mut question = may("ada", "read", "codex");
    question["options"] = json!({ "explain": true });
    let answer = library.ask_at(&library.here, question).await;
    let answer = answer.is(StatusCode::OK);
    assert_eq!(answer["decision"], true);
    let context = &answer["context"];
    assert_eq!(context["policies"], json!(["exception"]));
    assert_eq!(context["exceptions"], json!(["1"]));
    let facts = context["reasons"][0]["facts"].to_string();
    assert!(facts.contains("Exception::"), "{facts}");
    // What she may do without it is not due to it.
    let question = may("ada", "read", "atlas");
    let answer = library.ask_at(&library.here, question).await;
    let answer = answer.is(StatusCode::OK);
    assert_eq!(answer["context"]["policies"], json!(["readers"]));
    assert_eq!(answer["context"]["exceptions"], Value::Null);
    // For this person, this and this alone.
    for (user, action, book) in [
        ("ben", "read", "codex"),
        ("ada", "borrow", "codex"),
        ("ada", "read", "other"),
    ] {
        let answer = library.ask_at(&library.here, may(user, action, book)).await;
        assert_eq!(
            answer.is(StatusCode::OK)["decision"],
            false,
            "{user} {action} {book}"
        );
    }

    // Nobody does anything.
    library.clock.advance(SignedDuration::from_secs(29));
    assert!(library.may().await);
    library.clock.advance(SignedDuration::from_secs(1));
    assert!(!library.may().await);
    let over = author.get("/exceptions/1").await.is(StatusCode::OK);
    assert_eq!(over["standing"], "LAPSED");
    library.clock.advance(-SignedDuration::from_secs(1));
    assert!(library.may().await, "a clock that is set back is believed");
}

#[tokio::test]
async fn it_is_taken_back_everywhere_and_who_did_what_is_told() {
    let library = Library::open().await;
    library.agree(3600).await;
    let other = library.another();
    other.take_in().await;
    let question = || may("ada", "read", "codex");
    let answer = library.ask_at(&other, question()).await;
    assert_eq!(answer.is(StatusCode::OK)["decision"], true);
    let [author, approver] = library.people();
    let taken = approver.delete("/exceptions/1").await.is(StatusCode::OK);
    assert_eq!(taken["standing"], "TAKEN_BACK");
    assert_eq!(
        approver.delete("/exceptions/1").await.is(StatusCode::OK),
        taken
    );
    for instance in [&library.here, &other] {
        instance.take_in().await;
        let answer = library.ask_at(instance, question()).await;
        assert_eq!(answer.is(StatusCode::OK)["decision"], false);
    }
    let history = author.get("/exceptions/history").await.is(StatusCode::OK);
    let deeds = history["items"].as_array().unwrap().iter();
    let deeds: Vec<_> = deeds
        .map(|deed| json!([deed["deed"], deed["exception"], deed["by"]["userId"]]))
        .collect();
    assert_eq!(
        deeds,
        [
            json!(["TAKEN_BACK", 1, APPROVER]),
            json!(["APPROVED", 1, APPROVER]),
            json!(["ASKED", 1, AUTHOR]),
        ]
    );
    let approval = "/exceptions/1/approval";
    approver
        .post(approval, json!({}))
        .await
        .fails(409, "exception-over");
    approver.get("/exceptions/2").await.fails(404, "not-found");
    approver
        .delete("/exceptions/2")
        .await
        .fails(404, "not-found");
}

#[tokio::test]
async fn nobody_approves_what_concerns_them() {
    let library = Library::open().await;
    let [author, approver] = library.people();
    let mut wish = library.wish(30);
    wish["subject"]["id"] = APPROVER.into();
    author.post("/exceptions", wish).await.is(StatusCode::OK);
    let approval = "/exceptions/1/approval";
    for concerned in [&author, &approver] {
        let refused = concerned.post(approval, json!({})).await;
        refused.fails(403, "own-exception");
    }
    library.clock.advance(SignedDuration::from_secs(30));
    let third = library.signed_in("01936d00-0000-7000-8000-00000000cccc");
    third
        .post(approval, json!({}))
        .await
        .fails(409, "exception-over");
}

#[tokio::test]
async fn it_has_a_reason_an_end_and_policies_that_read_it() {
    let library = Library::open().await;
    let [author, _] = library.people();
    let month = 30 * 24 * 3600;
    let with = |part: &str, value: Value| {
        let mut wish = library.wish(month);
        wish[part] = value;
        wish
    };
    for seconds in [0, -1, month + 1] {
        author
            .post("/exceptions", library.wish(seconds))
            .await
            .names("until");
    }
    author
        .post("/exceptions", with("reason", " ".into()))
        .await
        .names("reason");
    let nobody = json!({ "type": "User", "id": "" });
    author
        .post("/exceptions", with("subject", nobody))
        .await
        .names("subject.id");
    for (part, value) in [
        ("action", json!({ "name": "borrow" })),
        ("action", json!({ "name": "burn" })),
        ("resource", json!({ "type": "Shelf", "id": "open" })),
        ("subject", json!({ "type": "Group", "id": "clerks" })),
    ] {
        let refused = author.post("/exceptions", with(part, value)).await;
        refused.fails(422, "unfit-exception");
    }
    let kept = author.get("/exceptions").await.is(StatusCode::OK);
    assert_eq!(kept["items"], json!([]));
    author
        .post("/exceptions", library.wish(month))
        .await
        .is(StatusCode::OK);
}

#[tokio::test]
async fn what_it_allows_is_found_and_is_answered_once_more() {
    let mut library = Library::open().await;
    library.agree(30).await;
    assert!(library.may().await);
    let mut search = may("ada", "read", "");
    search["resource"] = json!({ "type": "Book" });
    let visitor = Session::new(library.here.router.clone(), Some(VISITOR.to_owned()));
    let found = visitor.post("/access/v1/search/resource", search).await;
    let found = found.is(StatusCode::OK)["results"].to_string();
    assert!(found.contains("codex"), "{found}");
    library.clock.advance(SignedDuration::from_secs(30));
    assert!(!library.may().await);
    library.here.record().await;
    let [reader, _] = library.people();
    let decisions = reader.get("/decisions").await.is(StatusCode::OK);
    let decisions = decisions["items"].as_array().unwrap();
    assert_eq!(decisions.len(), 2);
    for decision in decisions {
        let path = format!("/decisions/{}/replay", decision["id"]);
        let replay = reader.post(&path, json!({})).await.is(StatusCode::OK);
        assert_eq!(replay["same"], true, "{replay:#}");
    }
}

/// What counts has to fit what is asked, whoever comes first.
#[tokio::test]
async fn policies_that_know_no_exceptions_are_not_promoted_while_one_counts() {
    let library = Library::open().await;
    let [author, approver] = library.people();
    let case = json!({
        "name": "nobody borrows", "allowed": false,
        "principal": "User::\"x\"", "action": "Action::\"borrow\"", "resource": "Book::\"y\"",
    });
    let files = json!({
        "library.cedarschema": SCHEMA.replace(", exceptions?: { read?: Set<Exception> }", ""),
        "library.cedar": POLICIES.split("@id(\"exception\")").next().unwrap(),
        "library.cases.json": json!({ "facts": [], "cases": [case] }).to_string(),
    });
    let body = json!({ "note": "none", "files": files });
    author
        .post("/policies/versions", body)
        .await
        .is(StatusCode::OK);
    let approval = "/policies/versions/1/approval";
    approver.post(approval, json!({})).await.is(StatusCode::OK);
    author
        .post("/exceptions", library.wish(60))
        .await
        .is(StatusCode::OK);
    // This instance has not read yet what was done with exceptions.
    promote(&author, 1).await.fails(409, "conflict");
    approver
        .post("/exceptions/1/approval", json!({}))
        .await
        .is(StatusCode::OK);
    library.here.take_in().await;
    promote(&author, 1).await.fails(409, "unfit-policies");
    approver.delete("/exceptions/1").await.is(StatusCode::OK);
    author
        .post("/exceptions", library.wish(60))
        .await
        .is(StatusCode::OK);
    library.here.take_in().await;
    promote(&author, 1).await.is(StatusCode::OK);
    // Nor what was promoted.
    let late = approver.post("/exceptions/2/approval", json!({})).await;
    late.fails(409, "conflict");
    library.here.take_in().await;
    let late = approver.post("/exceptions/2/approval", json!({})).await;
    late.fails(422, "unfit-exception");
    assert!(!library.may().await);
}

/// Whoever does not read does not know what was taken back.
#[tokio::test]
async fn what_has_not_been_read_for_long_decides_nothing() {
    let library = Library::open().await;
    library.agree(3600).await;
    library.clock.advance(SignedDuration::from_secs(60));
    assert!(library.may().await);
    library.clock.advance(SignedDuration::from_secs(1));
    let question = may("ada", "read", "codex");
    let answer = library.ask_at(&library.here, question).await;
    answer.fails(503, "undecided");
    library.here.take_in().await;
    assert!(library.may().await);
}

/// One question would have two answers: the other strategies know nothing of exceptions.
#[tokio::test]
async fn there_are_none_where_services_tell_facts() {
    let owners = told_under(&[]).await;
    let [author, _] = people(&owners);
    let mut wish = crate::owners::may(DANA, "arm", 5);
    wish["reason"] = "her shift was changed".into();
    wish["until"] = "2026-11-22T13:00:00Z".into();
    author
        .post("/exceptions", wish)
        .await
        .fails(409, "no-exceptions");
    for path in ["/exceptions", "/exceptions/1", "/exceptions/history"] {
        author.get(path).await.fails(409, "no-exceptions");
    }
    author
        .delete("/exceptions/1")
        .await
        .fails(409, "no-exceptions");
    let approval = "/exceptions/1/approval";
    author
        .post(approval, json!({}))
        .await
        .fails(409, "no-exceptions");
}
