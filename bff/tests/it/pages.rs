//! The user interface's files, and what every answer forbids the browser.

use std::fs;

use reqwest::header;

use crate::{
    browser::Browser,
    world::{World, operations},
};

async fn with_ui() -> (World, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
    write("index.html", "<html>index");
    write("index.html.br", "brotli of index");
    write("ui-0123456789abcdef.js", "script");
    write("ui-0123456789abcdef.js.gz", "gzip of script");
    write("ui-0123456789abcdef_bg.wasm", "wasm");
    write("icon.svg", "<svg/>");
    let mut world = World::empty().await;
    world
        .add_replica(&["--ui-dir", dir.path().to_str().unwrap()])
        .await;
    (world, dir)
}

#[tokio::test]
async fn every_path_that_is_no_files_is_a_page() {
    let (world, _dir) = with_ui().await;
    let browser = Browser::new(&world, 0);
    for path in ["/", "/systems/42", "/people?x=1"] {
        let page = browser.get(path).await;
        assert_eq!(page.status(), 200, "{path}");
        assert_eq!(page.headers()[header::CACHE_CONTROL], "no-cache");
        assert!(
            page.headers()[header::CONTENT_TYPE]
                .to_str()
                .unwrap()
                .starts_with("text/html")
        );
        assert_eq!(page.text().await.unwrap(), "<html>index");
    }
    for path in [
        "/missing.js",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/bff/other",
        "/health/other",
        "/api/index.html",
        "/%00.js",
        &format!("/{}.js", "x".repeat(1_000)),
    ] {
        let response = browser.get(path).await;
        assert!(
            response.status().is_client_error(),
            "{path}: {}",
            response.status()
        );
    }
}

#[tokio::test]
async fn hashed_files_are_kept_and_others_asked_for_again() {
    let (world, _dir) = with_ui().await;
    let browser = Browser::new(&world, 0);
    for (path, caching, kind) in [
        (
            "/ui-0123456789abcdef.js",
            "public, max-age=31536000, immutable",
            "text/javascript",
        ),
        (
            "/ui-0123456789abcdef_bg.wasm",
            "public, max-age=31536000, immutable",
            "application/wasm",
        ),
        ("/icon.svg", "no-cache", "image/svg+xml"),
    ] {
        let file = browser.get(path).await;
        assert_eq!(file.headers()[header::CACHE_CONTROL], caching, "{path}");
        assert_eq!(file.headers()[header::CONTENT_TYPE], kind, "{path}");
    }
}

#[tokio::test]
async fn browsers_that_ask_for_an_icon_on_their_own_get_the_mark() {
    let (world, _dir) = with_ui().await;
    let icon = Browser::new(&world, 0).get("/favicon.ico").await;
    assert_eq!(icon.headers()[header::CONTENT_TYPE], "image/svg+xml");
    assert!(icon.text().await.unwrap().starts_with("<svg"));
}

#[tokio::test]
async fn files_come_compressed_where_they_were_built_so() {
    let (world, _dir) = with_ui().await;
    let browser = Browser::new(&world, 0);
    for (path, encoding, text) in [
        ("/", "br", "brotli of index"),
        ("/ui-0123456789abcdef.js", "gzip", "gzip of script"),
    ] {
        let request = browser
            .request(reqwest::Method::GET, path)
            .header(header::ACCEPT_ENCODING, "gzip, br");
        let file = browser.send(request).await;
        assert_eq!(file.headers()[header::CONTENT_ENCODING], encoding);
        assert_eq!(file.headers()[header::VARY], "accept-encoding");
        assert_eq!(file.text().await.unwrap(), text);
    }
}

#[tokio::test]
async fn every_answer_forbids_the_browser_what_it_should_not_do() {
    let (mut world, _dir) = with_ui().await;
    world
        .add_replica(&["--public-url", "https://realguardio.example"])
        .await;
    for (replica, tls) in [(0, false), (1, true)] {
        let browser = Browser::new(&world, replica);
        for path in [
            "/",
            "/missing.js",
            "/bff/user",
            "/api/nothing",
            "/health/live",
            "/bff/callback",
        ] {
            let answer = browser.get(path).await;
            let header = |name: &str| {
                answer
                    .headers()
                    .get(name)
                    .map(|value| value.to_str().unwrap())
            };
            let content = header("content-security-policy").unwrap_or_default();
            assert!(
                content.contains("default-src 'none'") && content.contains("'wasm-unsafe-eval'"),
                "{path}"
            );
            assert!(
                !content.contains("unsafe-inline") && !content.contains("'unsafe-eval'"),
                "{path}"
            );
            assert_eq!(
                header("cross-origin-opener-policy"),
                Some("same-origin"),
                "{path}"
            );
            assert_eq!(
                header("cross-origin-resource-policy"),
                Some("same-origin"),
                "{path}"
            );
            assert_eq!(header("referrer-policy"), Some("no-referrer"), "{path}");
            assert_eq!(header("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(header("strict-transport-security").is_some(), tls, "{path}");
        }
    }
    let large = Browser::new(&world, 0)
        .request(reqwest::Method::GET, "/")
        .header("cookie", "x".repeat(20_000));
    let large = large.send().await.unwrap();
    assert_eq!(large.status(), 431);
    assert!(
        large.headers().contains_key("content-security-policy"),
        "on refusals too"
    );
    let off = Browser::new(&world, 1)
        .request(reqwest::Method::GET, "/bff/login")
        .send()
        .await
        .unwrap();
    let cookie = off.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-Http-realguardio-login="),
        "on the default port: {cookie}"
    );
}

#[tokio::test]
async fn problems_of_the_services_behind_are_explained_too() {
    let (world, _dir) = with_ui().await;
    let browser = Browser::new(&world, 0);
    let contents = browser.get("/problems/").await.text().await.unwrap();
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/problems");
    let mut slugs = Vec::new();
    for page in fs::read_dir(pages).unwrap() {
        let page = page.unwrap().path();
        slugs.push(page.file_stem().unwrap().to_str().unwrap().to_owned());
    }
    assert!(slugs.contains(&"not-a-disarmer".to_owned()), "{slugs:?}");
    for slug in slugs {
        assert!(
            contents.contains(&format!("({slug})")),
            "{slug}: {contents}"
        );
        let asked = browser.request(reqwest::Method::GET, &format!("/problems/{slug}"));
        let page = browser
            .send(asked.header(header::ACCEPT, "text/html"))
            .await;
        assert_eq!(page.status(), 200, "{slug}");
        assert_eq!(
            page.headers()[header::CONTENT_TYPE],
            "text/html; charset=utf-8"
        );
        assert_eq!(
            page.headers()
                .get_all("content-security-policy")
                .iter()
                .count(),
            1
        );
    }
}

#[tokio::test]
async fn it_tells_operators_how_it_is_and_browsers_nothing_of_it() {
    let (world, _dir) = with_ui().await;
    let browser = Browser::new(&world, 0);
    // Where browsers are answered, both addresses are listened at.
    assert_eq!(browser.get("/").await.status(), 200);
    let watched = format!("http://{}", operations(world.replicas[0]));
    for path in ["/health/live", "/health/ready", "/metrics", "/openapi.json"] {
        let told = world.client.get(format!("{watched}{path}")).send().await;
        assert_eq!(told.unwrap().status(), 200, "{path}");
        for path in [path.to_owned(), format!("{path}?x"), format!("/api{path}")] {
            let hidden = browser.own_call(reqwest::Method::GET, &path);
            let hidden = hidden.send().await.unwrap().status();
            assert!([401, 404].contains(&hidden.as_u16()), "{path}: {hidden}");
        }
    }
    assert_eq!(browser.get("/problems/signed-out").await.status(), 200);
    let elsewhere = world.client.get(format!("{watched}/bff/user")).send().await;
    assert_eq!(elsewhere.unwrap().status(), 404);

    let document = world.client.get(format!("{watched}/openapi.json"));
    let document = document.send().await.unwrap().json().await.unwrap();
    let routes = chassis::openapi::routes(&document).unwrap();
    assert_eq!(routes.len(), 7);
}
