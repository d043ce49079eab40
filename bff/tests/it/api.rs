//! What passes to the services, and what does not.

use std::sync::Arc;

use bff::domain::allowed;
use reqwest::{Method, header};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::{backend::ADA, browser::Browser, world::World};

#[tokio::test]
async fn an_allowed_call_arrives_with_the_token_and_little_else() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let path = format!("/api/securitysystems/{ADA}");
    let call = browser
        .own_call(Method::PUT, &format!("{path}?dry=1"))
        .header(header::AUTHORIZATION, "Bearer of-my-own")
        .header("x-forwarded-for", "10.0.0.1")
        .header("x-forwarded-host", "evil.example")
        .header("forwarded", "for=10.0.0.1")
        .header("consistency-token", "customer-service=\"9:999999\"")
        .header("idempotency-key", "once")
        .header(header::IF_MATCH, "\"7\"")
        .header("authorization-strategy", "fetch")
        .header(header::CONTENT_TYPE, "application/json")
        .body(r#"{"action":"DISARM"}"#);
    world.backend.has(ADA.parse().unwrap(), "ARMED", 7);
    world.backend.desk().headers = vec![
        ("etag", "\"8\"".to_owned()),
        ("set-cookie", "evil=1".to_owned()),
        ("server", "x".to_owned()),
    ];
    let answer = browser.send(call).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()[header::ETAG], "\"8\"");
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    assert!(!answer.headers().contains_key("server"));
    assert_eq!(browser.cookie("evil"), None);

    let asked = world.backend.asked();
    assert_eq!(
        (asked.method, asked.uri.as_str()),
        (Method::PUT, &*format!("/securitysystems/{ADA}?dry=1"))
    );
    assert_eq!(asked.body, r#"{"action":"DISARM"}"#);
    let sent = |name: &str| asked.headers.get(name).map(|value| value.to_str().unwrap());
    assert!(sent("authorization").unwrap().starts_with("Bearer at-"));
    assert_eq!(sent("if-match"), Some("\"7\""));
    assert_eq!(sent("idempotency-key"), Some("once"));
    assert_eq!(sent("authorization-strategy"), Some("fetch"));
    assert!(sent("traceparent").is_none_or(|parent| parent.starts_with("00-")));
    for name in [
        "cookie",
        "x-forwarded-for",
        "x-forwarded-host",
        "forwarded",
        "consistency-token",
        "x-requested-with",
        "origin",
    ] {
        assert_eq!(sent(name), None, "{name}");
    }
}

#[tokio::test]
async fn what_is_not_on_the_list_does_not_exist() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let id = ADA;
    for (method, path) in [
        ("GET", "/api/"),
        ("GET", "/api/health/live"),
        ("GET", "/api/health/ready"),
        ("GET", "/api/metrics"),
        ("GET", "/api/openapi.json"),
        ("POST", "/api/facts/decision"),
        ("PUT", &format!("/api/locations/{id}/reservation")),
        ("POST", &format!("/api/securitysystems/{id}/alarms")),
        ("PATCH", &format!("/api/securitysystems/{id}")),
        ("DELETE", "/api/securitysystems"),
        ("GET", "/api/securitysystems/"),
        ("GET", "/api//securitysystems"),
        ("GET", "/api/securitysystems/42"),
        ("GET", &format!("/api/securitysystems/{{{id}}}")),
        (
            "GET",
            &format!("/api/securitysystems/{}", id.replace('-', "")),
        ),
        ("GET", "/api/securitysystems/%2e%2e/facts"),
        ("GET", &format!("/api/securitysystems/{id}%2Falarms")),
        ("GET", &format!("/api/securitysystems/{id};x")),
        ("GET", "/api/oauth2/token"),
        ("GET", "/api/demo/mailbox"),
        ("GET", "/api/strategies/disarm"),
        ("PUT", "/api/strategies/explode"),
        ("PUT", "/api/strategies/DISARM"),
        ("PUT", "/api/strategies/{operation}"),
        ("DELETE", &format!("/api/strategies/{id}")),
    ] {
        let answer = browser.call(method.parse().unwrap(), path).await;
        assert_eq!(answer.status(), 404, "{method} {path}");
    }
    assert!(world.backend.desk().asked.is_empty());
}

#[tokio::test]
async fn operations_are_named_in_paths() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    for operation in ["view", "arm", "disarm", "acknowledge"] {
        let path = format!("/strategies/{operation}");
        browser.call(Method::PUT, &format!("/api{path}")).await;
        assert_eq!(world.backend.asked().uri, path);
    }
}

#[tokio::test]
async fn only_our_own_pages_make_calls() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let post = |headers: &[(&str, &str)], method: Method, path: &str| {
        let request = browser.request(method, path);
        headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        })
    };
    let ours = ("x-requested-with", "RealGuardIO");
    let refused: [&[(&str, &str)]; 9] = [
        &[],
        &[("sec-fetch-site", "same-origin")],
        &[("x-requested-with", "XMLHttpRequest")],
        &[ours, ("sec-fetch-site", "cross-site")],
        &[ours, ("sec-fetch-site", "same-site")],
        &[ours, ("sec-fetch-site", "none")],
        &[
            ours,
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "cross-site"),
        ],
        &[ours, ("origin", "http://localhost:3001")],
        &[ours, ("sec-fetch-site", "same-origin"), ("origin", "null")],
    ];
    for headers in refused {
        for (method, path) in [
            (Method::GET, "/api/profiles"),
            (Method::POST, "/bff/logout"),
        ] {
            let answer = post(headers, method, path).send().await.unwrap();
            assert_eq!(answer.status(), 403, "{path} {headers:?}");
            let problem: Value = answer.json().await.unwrap();
            assert_eq!(
                problem["type"],
                "https://realguardio.example/problems/cross-site"
            );
        }
    }
    for path in ["/bff/user", "/bff/session", "/bff/events"] {
        let answer = post(&[("sec-fetch-site", "same-site")], Method::GET, path)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 403, "{path}");
    }
    let script = post(&[ours], Method::GET, "/api/profiles")
        .send()
        .await
        .unwrap();
    assert_eq!(script.status(), 200, "a program that is no browser");
    assert_eq!(browser.get("/bff/user").await.status(), 200);
}

#[tokio::test]
async fn a_session_remembers_what_it_has_written() {
    let world = World::with_replicas(2).await;
    let browser = world.signed_in().await;
    let seen = |answers: &[&str]| {
        world.backend.desk().headers = answers
            .iter()
            .map(|a| ("consistency-token", (*a).to_owned()))
            .collect();
    };
    let sent = || {
        let value = world
            .backend
            .asked()
            .headers
            .get("consistency-token")
            .cloned();
        value
            .map(|value| value.to_str().unwrap().to_owned())
            .unwrap_or_default()
    };
    for (answers, expected_next) in [
        (
            &[r#"customer-service="1:5""#][..],
            r#"customer-service="1:5""#,
        ),
        (
            &[r#"customer-service="1:3""#, r#"iam-service="1:9""#],
            r#"customer-service="1:5", iam-service="1:9""#,
        ),
        (
            &[r#"customer-service="2:1""#],
            r#"customer-service="2:1", iam-service="1:9""#,
        ),
        (
            &["nonsense==="],
            r#"customer-service="2:1", iam-service="1:9""#,
        ),
    ] {
        seen(answers);
        assert_eq!(
            browser.call(Method::PUT, "/api/profiles").await.status(),
            200
        );
        let elsewhere = browser.at(&world, 1);
        assert_eq!(
            elsewhere.call(Method::GET, "/api/profiles").await.status(),
            200
        );
        assert_eq!(sent(), expected_next);
    }
}

#[tokio::test]
async fn answers_at_once_are_all_remembered() {
    let world = World::with_replicas(2).await;
    let browser = world.signed_in().await;
    let sources = ["a", "b", "c", "d"];
    world.backend.desk().headers = sources
        .iter()
        .map(|s| ("consistency-token", format!(r#"{s}="1:1""#)))
        .collect();
    let browsers: Vec<_> = (0..8).map(|n| browser.at(&world, n % 2)).collect();
    let calls = browsers
        .iter()
        .map(|browser| browser.call(Method::PUT, "/api/profiles"));
    assert!(
        futures::future::join_all(calls)
            .await
            .iter()
            .all(|answer| answer.status() == 200)
    );
    browser.call(Method::GET, "/api/profiles").await;
    assert_eq!(
        world.backend.asked().headers["consistency-token"],
        r#"a="1:1", b="1:1", c="1:1", d="1:1""#
    );
}

#[tokio::test]
async fn bodies_have_a_limit_whether_they_say_their_length_or_not() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let said = browser
        .own_call(Method::PUT, "/api/profiles")
        .body(vec![b'x'; 70_000]);
    assert_eq!(browser.send(said).await.status(), 413);
    let chunks = (0..70).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 1000]));
    let unsaid = browser
        .own_call(Method::PUT, "/api/profiles")
        .body(reqwest::Body::wrap_stream(futures::stream::iter(chunks)));
    assert_eq!(browser.send(unsaid).await.status(), 413);
    let fits = browser
        .own_call(Method::PUT, "/api/profiles")
        .body(vec![b'x'; 60_000]);
    assert_eq!(browser.send(fits).await.status(), 200);
    assert_eq!(world.backend.asked().body.len(), 60_000);
}

#[tokio::test]
async fn nobody_calls_without_a_session() {
    let world = World::start().await;
    let answer = Browser::new(&world, 0)
        .call(Method::GET, "/api/profiles")
        .await;
    assert_eq!(answer.status(), 401);
    assert!(world.backend.desk().asked.is_empty());
}

#[tokio::test]
async fn a_check_at_the_edge_refuses_what_is_hopeless() {
    let mut world = World::empty().await;
    world.add_replica(&["--check-tokens"]).await;
    let browser = world.signed_in().await;
    let answer = browser.call(Method::GET, "/api/profiles").await;
    assert_eq!(answer.status(), 401, "an opaque token is none of ours");
    assert!(world.backend.desk().asked.is_empty());

    world.provider.desk().speaking = true;
    let browser = world.signed_in().await;
    assert_eq!(
        browser.call(Method::GET, "/api/profiles").await.status(),
        200
    );
    assert_eq!(browser.call(Method::GET, "/api/users").await.status(), 403);
    assert_eq!(world.backend.asked().uri, "/profiles");

    // Nothing that may pass at all is stopped for want of somebody who could check it.
    let reading = allowed().filter(|(method, ..)| *method == "GET");
    for (_, pattern, service) in reading.filter(|(.., service)| service.role().is_none()) {
        let path = pattern.replace("{id}", ADA);
        browser.call(Method::GET, &format!("/api{path}")).await;
        assert_eq!(world.backend.asked().uri, path, "{service:?}");
    }
}

#[tokio::test]
async fn what_the_database_understands_and_refuses_is_our_mistake() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let spoil = "alter table session rename to sessions";
    sqlx::query(spoil)
        .execute(world.database.pool())
        .await
        .unwrap();
    assert_eq!(browser.get("/bff/user").await.status(), 500);
    assert_eq!(
        browser.call(Method::POST, "/bff/logout").await.status(),
        500
    );
}

#[tokio::test]
async fn a_write_is_remembered_though_the_browser_has_gone() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let gate = Arc::new(Semaphore::new(0));
    world.backend.desk().gate = Some(gate.clone());
    world.backend.desk().headers = vec![("consistency-token", r#"a="1:1""#.to_owned())];
    let mut write = Box::pin(browser.call(Method::PUT, "/api/profiles"));
    while world.backend.desk().asked.is_empty() {
        assert!(futures::poll!(&mut write).is_pending());
        tokio::task::yield_now().await;
    }
    drop(write);
    gate.add_permits(10_000);
    let mut sent = None;
    while sent.is_none() {
        assert_eq!(
            browser.call(Method::GET, "/api/profiles").await.status(),
            200
        );
        sent = world
            .backend
            .asked()
            .headers
            .get("consistency-token")
            .cloned();
    }
    assert_eq!(sent.unwrap(), r#"a="1:1""#);
}
