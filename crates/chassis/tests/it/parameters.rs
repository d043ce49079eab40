//! What handlers take from a request, and how it is refused.

use std::fmt::Debug;

use access::CustomerId;
use axum::{
    Router,
    body::Body,
    extract::Request,
    routing::{get, post, put},
};
use chassis::{
    http::{ETag, IfMatch, Json, Page, Paging, Path, Query, harden},
    problem::Problem,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::app::{self, problem, request, send, settings};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Window {
    start: u8,
    end: u8,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Plan {
    time_zone: String,
    windows: Vec<Window>,
}

fn service() -> Router {
    let router = Router::new()
        .route("/plans", post(async |Json(plan): Json<Plan>| Json(plan)))
        .route(
            "/customers/{id}",
            get(async |Path(id): Path<CustomerId>| id.to_string()),
        )
        .route(
            "/letters",
            get(async |Query(paging): Query<Paging>| letters(&paging)),
        )
        .route(
            "/versions",
            put(async |version: Option<IfMatch>| (ETag(8), Json(version.map(|version| version.0)))),
        );
    harden(router, &settings(&[]))
}

/// The alphabet, in pages.
fn letters(paging: &Paging) -> Result<Json<Page<char>>, Problem> {
    let after: Option<char> = paging.after()?;
    let limit = paging.limit()?;
    let rows = ('a'..='z').filter(|letter| after.is_none_or(|after| *letter > after));
    Ok(Json(Page::of(
        rows.take(limit + 1).collect(),
        limit,
        |letter| *letter,
    )))
}

async fn post_plan(content_type: &str, body: impl Into<Body>) -> anyhow::Result<(u16, Value)> {
    let request = request("POST", "/plans").header("content-type", content_type);
    let answer = send(&service(), request.body(body.into())?).await;
    Ok((answer.status().as_u16(), app::json(answer).await?))
}

async fn refusal(request: Request) -> anyhow::Result<(u16, String)> {
    let body = problem(send(&service(), request).await).await?;
    Ok((body.status, body.slug().to_owned()))
}

#[tokio::test]
async fn json_is_taken_under_its_own_name_only() -> anyhow::Result<()> {
    let plan = json!({ "timeZone": "UTC", "windows": [{ "start": 1, "end": 2 }] });
    for name in [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
    ] {
        assert_eq!(
            post_plan(name, plan.to_string()).await?,
            (200, plan.clone()),
            "{name}"
        );
    }
    for name in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "",
    ] {
        assert_eq!(post_plan(name, plan.to_string()).await?.0, 415, "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_no_json_is_malformed() -> anyhow::Result<()> {
    for text in [
        "",
        "{",
        "nul",
        "\"\\ud800\"",
        "{\"timeZone\":\"UTC\",\"windows\":[]} trailing",
    ] {
        let (status, body) = post_plan("application/json", text.to_owned()).await?;
        assert_eq!(status, 400, "{text:?}: {body}");
    }
    let (status, _) = post_plan("application/json", vec![b'"', 0xff, b'"']).await?;
    assert_eq!(status, 400, "no UTF-8");
    let deep = format!("{{\"x\":{}", "[".repeat(10_000));
    assert_eq!(
        post_plan("application/json", deep).await?.0,
        400,
        "too deep"
    );
    Ok(())
}

#[tokio::test]
async fn json_of_another_shape_names_the_field() -> anyhow::Result<()> {
    let cases = [
        (json!(["UTC", []]), "", "an object is expected"),
        (
            json!({ "windows": [] }),
            "timeZone",
            "missing field `timeZone`",
        ),
        (
            json!({ "timeZone": "UTC", "windows": [{ "start": 1 }] }),
            "windows[0].end",
            "missing field `end`",
        ),
        (
            json!({ "timeZone": 1, "windows": [] }),
            "timeZone",
            "invalid type: integer `1`, expected a string",
        ),
        (
            json!({ "timeZone": "UTC", "windows": [{ "start": 1, "end": 2 }, { "start": 300, "end": 2 }] }),
            "windows[1].start",
            "invalid value: integer `300`, expected u8",
        ),
        (
            json!({ "timeZone": "UTC", "windows": [{ "start": 1, "end": 2, "extra": 3 }] }),
            "windows[0].extra",
            "unknown field `extra`, expected `start` or `end`",
        ),
        (
            json!([]),
            "",
            "invalid length 0, expected struct Plan with 2 elements",
        ),
    ];
    for (body, field, detail) in cases {
        let (status, answer) = post_plan("application/json", body.to_string()).await?;
        assert_eq!(status, 422, "{body}");
        assert_eq!(
            answer["errors"],
            json!([{ "field": field, "detail": detail }]),
            "{body}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn an_id_that_cannot_be_one_is_nobodys() -> anyhow::Result<()> {
    let id = "0198c5a0-0000-7000-8000-000000000001";
    let answer = send(
        &service(),
        request("GET", &format!("/customers/{id}")).body(Body::empty())?,
    )
    .await;
    assert_eq!(answer.status(), 200);
    for id in [
        "1",
        "null",
        "..",
        "0198c5a0-0000-7000-8000-00000000000g",
        "%00",
        "%F0%9F%92%A9",
        &"9".repeat(8000),
    ] {
        let request = request("GET", &format!("/customers/{id}")).body(Body::empty())?;
        assert_eq!(
            refusal(request).await?,
            (404, "not-found".to_owned()),
            "{id}"
        );
    }
    let request = request("GET", "/customers/%FF").body(Body::empty())?;
    assert_eq!(refusal(request).await?, (400, "malformed".to_owned()));
    Ok(())
}

async fn page(query: &str) -> anyhow::Result<(String, Option<String>)> {
    let answer = send(
        &service(),
        request("GET", &format!("/letters?{query}")).body(Body::empty())?,
    )
    .await;
    let page: Page<char> = serde_json::from_value(app::json(answer).await?)?;
    Ok((page.items.into_iter().collect(), page.next_page))
}

#[tokio::test]
async fn pages_follow_each_other_to_the_end() -> anyhow::Result<()> {
    let (first, next) = page("limit=10").await?;
    let (second, next) = page(&format!("limit=10&page={}", next.unwrap_or_default())).await?;
    let (third, next) = page(&format!("limit=10&page={}", next.unwrap_or_default())).await?;
    assert_eq!(
        [first, second, third],
        ["abcdefghij", "klmnopqrst", "uvwxyz"]
    );
    assert_eq!(next, None);
    assert_eq!(
        page("limit=26").await?.1,
        None,
        "no empty page after a full last one"
    );
    Ok(())
}

#[tokio::test]
async fn a_page_that_was_made_up_is_refused() -> anyhow::Result<()> {
    let foreign = chassis::http::Cursor::write(&["not", "a", "letter"]);
    for (query, expected) in [
        ("page=made-up".to_owned(), (422, "invalid")),
        ("page=".to_owned(), (422, "invalid")),
        (format!("page={foreign}"), (422, "invalid")),
        ("limit=0".to_owned(), (422, "invalid")),
        ("limit=101".to_owned(), (422, "invalid")),
        ("limit=many".to_owned(), (400, "malformed")),
        ("limit=-1".to_owned(), (400, "malformed")),
        ("limit=1&limit=2".to_owned(), (400, "malformed")),
    ] {
        let request = request("GET", &format!("/letters?{query}")).body(Body::empty())?;
        let (status, slug) = refusal(request).await?;
        assert_eq!((status, slug.as_str()), expected, "{query}");
    }
    Ok(())
}

fn with_if_match(path: &str, values: &[&str]) -> anyhow::Result<Request> {
    let request = values.iter().fold(request("PUT", path), |request, value| {
        request.header("if-match", *value)
    });
    Ok(request.body(Body::empty())?)
}

#[tokio::test]
async fn a_change_names_the_version_that_it_means() -> anyhow::Result<()> {
    for (values, version) in [(&["\"7\""][..], json!(7)), (&[], Value::Null)] {
        let changed = send(&service(), with_if_match("/versions", values)?).await;
        assert_eq!(changed.status(), 200);
        assert_eq!(changed.headers()["etag"], "\"8\"");
        assert_eq!(app::json(changed).await?, version);
    }
    for (values, expected) in [
        (&["\"other\""][..], (412, "precondition-failed")),
        (&["7"], (400, "malformed")),
        (&["*"], (400, "malformed")),
        (&["W/\"7\""], (400, "malformed")),
        (&["\""], (400, "malformed")),
        (&["\"7\"", "\"8\""], (400, "malformed")),
    ] {
        let (status, slug) = refusal(with_if_match("/versions", values)?).await?;
        assert_eq!((status, slug.as_str()), expected, "{values:?}");
    }
    Ok(())
}
