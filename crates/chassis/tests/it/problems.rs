//! How failures look to a client.

use axum::{Router, body::Body, routing::get};
use chassis::{
    http::harden,
    operations::Operations,
    problem::{self, CONFLICT, FieldError, MALFORMED, Problem, ProblemType},
};
use http::{HeaderValue, header};
use http_body_util::BodyExt as _;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;

use crate::app::{self, json, request, send, settings};

chassis::problems! {
    in "../../docs/problems";
    /// Declared as a service would.
    pub(crate) OF_A_SERVICE = 403 "forbidden";
}

fn service() -> Router {
    let api = OpenApiRouter::new()
        .route("/conflict", get(async || conflict()))
        .route("/panic", get(panics))
        .route(
            "/internal",
            get(async || Problem::internal("the secret reason")),
        );
    harden(Operations::new("example").router(api), &settings(&[]))
}

fn conflict() -> Problem {
    Problem::new(&CONFLICT)
        .detail("The name is taken.")
        .with("name", "Harbor Tower")
        .header(header::LINK, HeaderValue::from_static("</other>"))
}

#[expect(clippy::panic, reason = "it is what the test is about")]
async fn panics() {
    panic!("the secret reason");
}

#[tokio::test]
async fn a_problem_says_everything_it_knows() -> anyhow::Result<()> {
    let answer = send(
        &service(),
        request("GET", "/conflict?a=b").body(Body::empty())?,
    )
    .await;

    assert_eq!(answer.status(), 409);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.headers()["link"], "</other>");
    let expected = json!({
        "type": "https://realguardio.example/problems/conflict",
        "title": "It does not fit what is there",
        "status": 409,
        "detail": "The name is taken.",
        "instance": "/conflict",
        "name": "Harbor Tower",
    });
    let mut body = json(answer).await?;
    // There is one when telemetry runs, as it does in a service.
    body.as_object_mut().map(|body| body.remove("traceId"));
    assert_eq!(body, expected);
    Ok(())
}

#[tokio::test]
async fn what_went_wrong_inside_stays_inside() -> anyhow::Result<()> {
    for path in ["/internal", "/panic"] {
        let answer = send(&service(), request("GET", path).body(Body::empty())?).await;
        let body = app::problem(answer).await?;
        assert_eq!((body.status, body.slug()), (500, "internal"), "{path}");
        assert!(!serde_json::to_string(&body)?.contains("secret"), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() -> anyhow::Result<()> {
    let nowhere = send(&service(), request("GET", "/nowhere").body(Body::empty())?).await;
    let body = app::problem(nowhere).await?;
    assert_eq!((body.status, body.slug()), (404, "not-found"));
    assert_eq!(body.instance.as_deref(), Some("/nowhere"));

    let deleted = send(
        &service(),
        request("DELETE", "/conflict").body(Body::empty())?,
    )
    .await;
    assert_eq!(deleted.headers()["allow"], "GET,HEAD");
    assert_eq!(app::problem(deleted).await?.slug(), "method-not-allowed");
    Ok(())
}

#[tokio::test]
async fn every_type_has_a_page_and_a_line_in_the_contents() -> anyhow::Result<()> {
    let contents = send(
        &service(),
        request("GET", "/problems/").body(Body::empty())?,
    )
    .await;
    let contents = contents.into_body().collect().await?.to_bytes();
    let contents = String::from_utf8(contents.into())?;
    for kind in problem::PROBLEMS {
        let path = format!("/problems/{}", kind.slug());
        let page = send(&service(), request("GET", &path).body(Body::empty())?).await;
        assert_eq!(page.status(), 200, "{path}");
        assert_eq!(
            page.headers()["content-type"],
            "text/markdown; charset=utf-8"
        );
        assert!(
            kind.document().starts_with(&format!(
                "# {} {}\n",
                kind.status().as_u16(),
                kind.title()
            )),
            "{path}"
        );
        assert!(kind.url().ends_with(&path));
        let line = format!("- {} [{}]", kind.status().as_u16(), kind.slug());
        assert!(contents.contains(&line), "{line}");
    }
    let none = send(
        &service(),
        request("GET", "/problems/none").body(Body::empty())?,
    )
    .await;
    assert_eq!(none.status(), 404);
    Ok(())
}

#[tokio::test]
async fn a_browser_that_asks_for_a_page_on_nothing_gets_one_with_a_way_on() -> anyhow::Result<()> {
    let get = request("GET", "/problems/none").header(header::ACCEPT, BROWSER);
    let answer = send(&service(), get.body(Body::empty())?).await;
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
    let body = answer.into_body().collect().await?.to_bytes();
    assert!(String::from_utf8(body.into())?.contains("href=\"/problems/\""));
    Ok(())
}

/// As Chromium asks for a page.
const BROWSER: &str =
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

#[tokio::test]
async fn browsers_get_pages_to_read_and_programs_what_was_written() -> anyhow::Result<()> {
    let service = service();
    let get = async |path: &str, accept: &str| {
        let get = request("GET", path).header(header::ACCEPT, accept);
        let answer = send(&service, get.body(Body::empty())?).await;
        assert_eq!(answer.status(), 200, "{path}");
        let headers = answer.headers().clone();
        let body = answer.into_body().collect().await?.to_bytes();
        anyhow::Ok((headers, String::from_utf8(body.into())?))
    };
    for path in ["/problems/", "/problems/undecided"] {
        for accept in ["*/*", "text/markdown", "application/json, text/plain;q=0.5"] {
            let (headers, text) = get(path, accept).await?;
            assert_eq!(headers["content-type"], "text/markdown; charset=utf-8");
            assert!(text.starts_with("# "), "{path}: {accept}");
        }
        let (headers, page) = get(path, BROWSER).await?;
        assert_eq!(headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(headers["vary"], "accept");
        let policy = headers["content-security-policy"].to_str()?;
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"));
        assert!(
            !page.contains("<script") && !page.contains("style="),
            "{page}"
        );
        let style = page
            .split('"')
            .find(|text| text.starts_with("/problems/style.css?"));
        let style = style.map(ToOwned::to_owned).unwrap_or_default();
        let (headers, sheet) = get(&style, "text/css").await?;
        assert_eq!(headers["content-type"], "text/css; charset=utf-8");
        assert!(sheet.contains("prefers-color-scheme: dark"));
    }
    let (_, page) = get("/problems/undecided", BROWSER).await?;
    assert!(page.contains("<h1>It could not be decided</h1>"), "{page}");
    assert!(page.contains("503 Service Unavailable"), "{page}");
    assert!(
        page.contains("<em>no</em>"),
        "Markdown is not left over: {page}"
    );
    for link in ["/problems/", "/problems/timeout", "/problems/unavailable"] {
        assert!(page.contains(&format!("href=\"{link}\"")), "{link}: {page}");
    }
    assert!(!page.contains("href=\"/problems/not-found\""), "no sibling");
    let (_, contents) = get("/problems/", BROWSER).await?;
    for kind in problem::PROBLEMS {
        let link = format!("<a href=\"/problems/{}\">{}</a>", kind.slug(), kind.title());
        assert!(contents.contains(&link), "{link}");
    }
    Ok(())
}

#[test]
fn a_page_says_which_status_it_is_about() {
    let gone = ProblemType::documented("gone", "# 410 It is gone\n\nFor ever.\n");
    let gone = gone.map(|kind| (kind.status().as_u16(), kind.title(), kind.text().trim()));
    assert_eq!(gone, Some((410, "It is gone", "For ever.")));
    for page in [
        "",
        "# ",
        "# It is gone",
        "# 200 It is well",
        "# 410",
        "410 It is gone",
    ] {
        assert_eq!(ProblemType::documented("no-page", page), None, "{page}");
    }
}

#[test]
fn services_declare_types_of_their_own() {
    assert_eq!(OF_A_SERVICE.status(), 403);
    assert_eq!(OF_A_SERVICE.title(), "You may not do this");
}

#[test]
fn a_problem_reads_well_in_a_log() {
    let problem = Problem::new(&MALFORMED).detail("No.");
    assert_eq!(problem.to_string(), "The request cannot be understood: No.");
    assert_eq!(
        format!("{problem:?}"),
        "Problem(400 The request cannot be understood: No.)"
    );
}

#[test]
fn wrong_fields_are_named() {
    let problem =
        Problem::invalid_fields(vec![FieldError::new("a", "b"), FieldError::new("c", "d")]);
    assert_eq!(problem.status(), 422);
}
