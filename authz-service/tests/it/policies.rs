//! Policies are exchanged while the service runs: by two who agree, whole, and everywhere.

use std::fs;
use std::path::Path;

use authz_service::http::ROLE;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::session::{Answer, Session};

use crate::owners::{CUSTOMERS, Owners};
use crate::telling::{disarm, dismissed, told_under};

pub(crate) const AUTHOR: &str = "01936d00-0000-7000-8000-00000000aaaa";
pub(crate) const APPROVER: &str = "01936d00-0000-7000-8000-00000000bbbb";

/// Nobody disarms anything, and a case that says so.
pub(crate) const CLOSED: &str =
    r#"@id("closed") forbid (principal, action == Action::"disarm", resource);"#;

/// The policies of the service, with one more, and with one test.
pub(crate) fn files(more: &str) -> Value {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let read = |name: &str| fs::read_to_string(ours.join(name)).unwrap();
    let case = json!({
        "name": "a stranger sees nothing", "allowed": false,
        "principal": "User::\"x\"", "action": "Action::\"view\"", "resource": "System::\"y\"",
    });
    json!({
        "systems.cedar": read("systems.cedar"),
        "systems.cedarschema": read("systems.cedarschema"),
        "more.cedar": more,
        "more.cases.json": json!({ "facts": [], "cases": [case] }).to_string(),
    })
}

pub(crate) async fn upload(author: &Session, more: &str) -> Value {
    let body = json!({ "note": "for a test", "files": files(more) });
    let answer = author.post("/policies/versions", body).await;
    answer.is(StatusCode::OK)
}

pub(crate) async fn promote(by: &Session, version: i64) -> Answer {
    by.put("/policies/active", json!({ "version": version }))
        .await
}

/// What one person alone could stop the service by: it is read apart from it, and within bounds.
#[tokio::test]
async fn policies_that_cost_too_much_are_refused_and_stop_nothing() {
    let owners = told().await;
    let [author, _] = people(&owners);
    // Each type has twice the parts of the one before it.
    let mut schema = vec!["type T0 = { a: Long };".to_owned()];
    schema.extend((1..40).map(|number| {
        format!(
            "type T{number} = {{ a: T{before}, b: T{before} }};",
            before = number - 1
        )
    }));
    schema.push("entity Heavy = { t: T39 };".to_owned());
    let heavy = "@id(\"heavy\") permit (principal is Heavy, action, resource) when { principal.t.a.a.a == principal.t.a.a.b };";
    let mut files = files(heavy);
    files["heavy.cedarschema"] = schema.join("\n").into();
    let body = json!({ "note": "for a test", "files": files });
    let answer = author.post("/policies/versions", body).await;
    answer.fails(422, "unsound-policies");
    assert!(owners.may(disarm()).await);
}

async fn told() -> Owners {
    told_under(&[]).await
}

pub(crate) fn people(owners: &Owners) -> [Session; 2] {
    [AUTHOR, APPROVER].map(|user| owners.signed_in(user, &[ROLE]))
}

/// Uploads and approves these.
pub(crate) async fn approved(owners: &Owners, more: &str) -> i64 {
    let [author, approver] = people(owners);
    let version = upload(&author, more).await["version"].as_i64().unwrap();
    let path = format!("/policies/versions/{version}/approval");
    approver.post(&path, json!({})).await.is(StatusCode::OK);
    version
}

/// Whether the system may be disarmed, and by the policies of which digest that is so.
async fn answer(owners: &Owners) -> (bool, String) {
    let (status, answer) = owners.ask("evaluation", None, disarm()).await;
    assert_eq!(status, 200, "{answer}");
    let version = answer["context"]["policyVersion"].as_str().unwrap();
    (answer["decision"].as_bool().unwrap(), version.to_owned())
}

#[tokio::test]
async fn what_two_agree_on_is_asked_and_can_be_taken_back() {
    let owners = told().await;
    let [author, approver] = people(&owners);
    let shipped = author.get("/policies/versions/0").await.is(StatusCode::OK);
    assert_eq!(shipped["uploaded"], Value::Null);
    assert_eq!(
        answer(&owners).await,
        (true, shipped["digest"].as_str().unwrap().to_owned())
    );

    let version = upload(&author, CLOSED).await;
    assert_eq!(version["version"], 1);
    assert_eq!(
        version["uploaded"]["by"],
        json!({ "userId": AUTHOR, "name": AUTHOR })
    );
    assert_eq!(version["approved"], Value::Null);
    let whole = approver
        .get("/policies/versions/1")
        .await
        .is(StatusCode::OK);
    assert_eq!(whole["files"], files(CLOSED));
    promote(&author, 1).await.fails(409, "unapproved-policies");
    let approval = "/policies/versions/1/approval";
    let version = approver.post(approval, json!({})).await.is(StatusCode::OK);
    assert_eq!(version["approved"]["by"]["userId"], APPROVER);
    owners.take_in().await;
    assert!(answer(&owners).await.0, "approved is not promoted");

    promote(&author, 1).await.is(StatusCode::OK);
    owners.take_in().await;
    let digest = version["digest"].as_str().unwrap().to_owned();
    assert_eq!(answer(&owners).await, (false, digest));
    let active = author.get("/policies/active").await;
    let tag = active.header("etag");
    assert_eq!(active.is(StatusCode::OK)["version"], 1);

    promote(&approver, 0).await.is(StatusCode::OK);
    owners.take_in().await;
    assert!(answer(&owners).await.0);
    let choice = || Some(json!({ "version": 1 }));
    let since = [("if-match", tag.as_str())];
    let late = author.send(Method::PUT, "/policies/active", choice(), &since);
    late.await.fails(412, "precondition-failed");

    let history = author.get("/policies/history").await.is(StatusCode::OK);
    let deeds = history["items"].as_array().unwrap().iter();
    let deeds: Vec<_> = deeds
        .map(|deed| (&deed["deed"], &deed["version"], &deed["by"]["userId"]))
        .map(|(deed, version, by)| json!([deed, version, by]))
        .collect();
    assert_eq!(
        deeds,
        [
            json!(["ROLLED_BACK", 0, APPROVER]),
            json!(["PROMOTED", 1, AUTHOR]),
            json!(["APPROVED", 1, APPROVER]),
            json!(["UPLOADED", 1, AUTHOR]),
        ]
    );
}

#[tokio::test]
async fn nobody_approves_what_they_uploaded() {
    let owners = told().await;
    let [author, approver] = people(&owners);
    upload(&author, CLOSED).await;
    let approval = "/policies/versions/1/approval";
    author
        .post(approval, json!({}))
        .await
        .fails(403, "own-policies");
    promote(&author, 1).await.fails(409, "unapproved-policies");
    let first = approver.post(approval, json!({})).await.is(StatusCode::OK);
    let again = approver.post(approval, json!({})).await.is(StatusCode::OK);
    assert_eq!(first, again);
    author
        .post(approval, json!({}))
        .await
        .fails(403, "own-policies");
    for unknown in [
        "/policies/versions/2/approval",
        "/policies/versions/0/approval",
    ] {
        approver
            .post(unknown, json!({}))
            .await
            .fails(404, "not-found");
    }
    promote(&author, 2).await.fails(404, "not-found");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_it_is_said_where() {
    let owners = told().await;
    let [author, _] = people(&owners);
    let refused = async |files: Value| {
        let body = json!({ "note": "for a test", "files": files });
        author.post("/policies/versions", body).await
    };
    for (more, line, detail) in [
        (
            "\n\n@id(\"x\") permit (principal, action, resource) when { principal };;",
            3,
            "unexpected",
        ),
        (
            "\n@id(\"x\") permit (principal, action, resource) when { principal.age > 1 };",
            2,
            "age",
        ),
        ("permit (principal, action, resource);", 1, "no @id"),
    ] {
        let problem = refused(files(more)).await.fails(422, "unsound-policies");
        let error = &problem["errors"][0];
        assert_eq!(
            (&error["file"], &error["line"]),
            (&json!("more.cedar"), &json!(line)),
            "{problem}"
        );
        assert!(
            error["detail"].as_str().unwrap().contains(detail),
            "{problem}"
        );
    }
    let anybody = "@id(\"anybody\") permit (principal, action, resource);";
    let problem = refused(files(anybody)).await.fails(422, "unsound-policies");
    assert_eq!(problem["errors"][0]["file"], "more.cases.json");
    let mut untested = files("");
    untested.as_object_mut().unwrap().remove("more.cases.json");
    refused(untested).await.fails(422, "unsound-policies");
    let mut misspelt = files("");
    misspelt["more.cedr"] = "".into();
    refused(misspelt).await.names("files[\"more.cedr\"]");
    let mut zero = files("");
    zero["more.cedar"] = "// \0".into();
    refused(zero).await.names("files[\"more.cedar\"]");
    let body = json!({ "note": " ", "files": files("") });
    author.post("/policies/versions", body).await.names("note");
    let kept = author.get("/policies/versions").await.is(StatusCode::OK);
    assert_eq!(kept["items"], json!([]));
}

#[tokio::test]
async fn the_same_files_are_one_version() {
    let owners = told().await;
    let [author, other] = people(&owners);
    let version = upload(&author, CLOSED).await;
    assert_eq!(upload(&author, CLOSED).await, version);
    let body = json!({ "note": "once more", "files": files(CLOSED) });
    let same = other.post("/policies/versions", body).await;
    assert_eq!(same.fails(409, "same-policies")["version"], 1);
    let shipped = author.get("/policies/versions/0").await.is(StatusCode::OK);
    let body = json!({ "note": "the shipped ones", "files": shipped["files"] });
    let same = author.post("/policies/versions", body).await;
    assert_eq!(same.fails(409, "same-policies")["version"], 0);
}

#[tokio::test]
async fn versions_are_listed_in_pages() {
    let owners = told().await;
    let [author, _] = people(&owners);
    for more in ["", "// 2", "// 3"] {
        upload(&author, more).await;
    }
    let page = author
        .get("/policies/versions?limit=2")
        .await
        .is(StatusCode::OK);
    let numbers = |page: &Value| -> Vec<i64> {
        let items = page["items"].as_array().unwrap().iter();
        items
            .map(|item| item["version"].as_i64().unwrap())
            .collect()
    };
    assert_eq!(numbers(&page), [3, 2]);
    let next = page["nextPage"].as_str().unwrap();
    let page = author
        .get(&format!("/policies/versions?limit=2&page={next}"))
        .await;
    assert_eq!(numbers(&page.is(StatusCode::OK)), [1]);
}

/// A schema that has no teams, where there is one.
#[tokio::test]
async fn what_does_not_fit_what_is_known_is_not_promoted() {
    let owners = told().await;
    let [author, approver] = people(&owners);
    let small = "entity User, System; action view appliesTo { principal: User, resource: System };";
    let case = json!({
        "name": "nobody looks", "allowed": false,
        "principal": "User::\"x\"", "action": "Action::\"view\"", "resource": "System::\"y\"",
    });
    let cases = json!({ "facts": [], "cases": [case] }).to_string();
    let files = json!({ "x.cedarschema": small, "x.cases.json": cases });
    let body = json!({ "note": "too small", "files": files });
    author
        .post("/policies/versions", body)
        .await
        .is(StatusCode::OK);
    let approval = "/policies/versions/1/approval";
    approver.post(approval, json!({})).await.is(StatusCode::OK);
    promote(&author, 1).await.fails(409, "unfit-policies");
    owners.take_in().await;
    assert!(answer(&owners).await.0);
}

/// Each instance exchanges them by itself. Until it has, its answers name the version that it asks.
#[tokio::test]
async fn every_instance_asks_what_was_promoted() {
    let owners = told().await;
    let other = owners.another();
    other.take_in().await;
    let version = approved(&owners, CLOSED).await;
    promote(&people(&owners)[0], version)
        .await
        .is(StatusCode::OK);
    owners.take_in().await;
    let (closed, here) = answer(&owners).await;
    let (_, there) = owners.ask_at(&other, "evaluation", None, disarm()).await;
    assert!(!closed && there["decision"] == true);
    assert_ne!(there["context"]["policyVersion"], *here);
    other.take_in().await;
    let (_, there) = owners.ask_at(&other, "evaluation", None, disarm()).await;
    assert_eq!(
        (&there["decision"], &there["context"]["policyVersion"]),
        (&json!(false), &json!(here))
    );
}

/// Who dies between the promotion and taking it in comes back with it: never with what is shipped.
#[tokio::test]
async fn whoever_comes_back_asks_what_was_promoted() {
    let mut owners = told().await;
    let version = approved(&owners, CLOSED).await;
    promote(&people(&owners)[0], version)
        .await
        .is(StatusCode::OK);
    owners.restart();
    let ((allowed, _), ()) = tokio::join!(answer(&owners), owners.take_in());
    assert!(!allowed);
}

/// What was told and what was promoted are taken in together, from one instant of the database.
#[tokio::test]
async fn facts_and_policies_are_of_one_moment() {
    let mut owners = told().await;
    let version = approved(&owners, CLOSED).await;
    promote(&people(&owners)[0], version)
        .await
        .is(StatusCode::OK);
    owners.keep(CUSTOMERS, vec![dismissed()]).await;
    let (allowed, before) = answer(&owners).await;
    assert!(allowed);
    owners.take_in().await;
    let (_, explained) = owners.ask("evaluation", None, disarm()).await;
    assert_eq!(explained["context"]["policies"], json!(["closed"]));
    assert_ne!(explained["context"]["policyVersion"], *before);
}

/// While policies are exchanged all the time, each answer is one that its version gives.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_of_the_version_that_it_names() {
    let owners = told().await;
    let version = approved(&owners, CLOSED).await;
    let author = owners.signed_in(AUTHOR, &[ROLE]);
    let open = answer(&owners).await.1;
    let exchange = async {
        for round in 0..10 {
            promote(&author, [version, 0][round % 2])
                .await
                .is(StatusCode::OK);
            owners.take_in().await;
        }
    };
    let ask = async {
        for _ in 0..50 {
            let items = json!({ "evaluations": [disarm(), disarm(), disarm()] });
            let (_, answers) = owners.ask("evaluations", None, items).await;
            let answers = answers["evaluations"].as_array().unwrap();
            for answer in answers {
                let version = &answer["context"]["policyVersion"];
                assert_eq!(*version, answers[0]["context"]["policyVersion"]);
                assert_eq!(answer["decision"], *version == open, "{answer}");
            }
        }
    };
    tokio::join!(exchange, ask);
}
