//! Pages: what browsers are told about them, and what a demonstration adds.

use crate::client::authorize;
use crate::service::{Options, PASSWORD, Service};

#[tokio::test]
async fn pages_are_neither_kept_nor_framed_nor_scripted() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let mut browser = service.browser();
    let page = browser.get("/sign-in").await?;
    let stylesheet = page
        .body
        .split("href=\"/style.css?")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    assert!(!page.body.contains("<script") && !page.body.contains("style=\""));
    for path in [
        "/sign-in",
        "/forgot-password",
        "/one-time-links/x",
        "/demo/mailbox",
        "/oauth2/authorize",
        "/oauth2/end-session",
    ] {
        let page = browser.get(path).await?;
        let header = |name: &str| {
            page.headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        let policy = header("content-security-policy");
        for directive in [
            "default-src 'none'",
            "style-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(directive), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!(
            (header("cache-control"), header("x-frame-options")),
            ("no-store", "DENY"),
            "{path}"
        );
        assert_eq!(
            (header("x-content-type-options"), header("referrer-policy")),
            ("nosniff", "same-origin")
        );
        assert!(
            page.body.starts_with("<!DOCTYPE html><html lang=\"en\">"),
            "{path}"
        );
    }
    let style = browser
        .get(&format!("/style.css?{}", stylesheet.unwrap_or_default()))
        .await?;
    assert_eq!(style.headers["content-type"], "text/css; charset=utf-8");
    assert!(
        style.headers["cache-control"]
            .to_str()?
            .contains("immutable")
    );
    Ok(())
}

#[tokio::test]
async fn a_form_may_lead_back_to_the_client_and_nowhere_else() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let mut browser = service.browser();
    let page = browser
        .get(&authorize(&[]).replace("/oauth2/authorize", "/sign-in"))
        .await?;
    let policy = page.headers["content-security-policy"].to_str()?;
    assert!(
        policy.contains("form-action 'self' https://app.example;"),
        "{policy}"
    );
    Ok(())
}

#[tokio::test]
async fn what_people_type_comes_back_as_text() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let evil = "\"><script>alert(1)</script>";
    let request = authorize(&[("login_hint", evil)]).replace("/oauth2/authorize", "/sign-in");
    let page = service.browser().get(&request).await?;
    assert!(page.body.contains("&lt;script&gt;") && !page.body.contains("<script>"));
    let page = service.browser().sign_in("/sign-in", evil, "x").await?;
    assert!(page.body.contains("&lt;script&gt;") && !page.body.contains("<script>"));
    Ok(())
}

#[tokio::test]
async fn a_demonstration_lists_its_accounts_as_they_are_now() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("accounts.json");
    let service = Service::start_with(Options {
        demo_accounts: Some(file.clone()),
        ..Options::default()
    })
    .await?;
    let mut browser = service.browser();
    assert!(
        browser
            .get("/sign-in")
            .await?
            .body
            .contains("still being made")
    );

    service.user("ada@example.com", "Ada").await?;
    let accounts = serde_json::json!([{ "email": "ada@example.com", "password": PASSWORD, "may": "disarm <everything>", "userId": "1" }]);
    tokio::fs::write(&file, accounts.to_string()).await?;
    let page = browser.get("/sign-in").await?;
    assert!(page.body.contains("disarm &lt;everything&gt;"));

    // The button sends a form that works by itself.
    let (_, form) = page.body.split_once("class=\"demo\"").unwrap_or_default();
    assert!(form.contains(&format!("name=\"password\" value=\"{PASSWORD}\"")));
    assert_eq!(
        browser
            .sign_in("/sign-in", "ada@example.com", PASSWORD)
            .await?
            .location
            .as_deref(),
        Some("https://app.example/")
    );

    // Somebody has chosen another password: who pressed the button has typed nothing that could be wrong.
    let accounts = serde_json::json!([{ "email": "ada@example.com", "password": "as it was once", "may": "" }]);
    tokio::fs::write(&file, accounts.to_string()).await?;
    let mut browser = service.browser();
    let pressed = browser
        .sign_in("/sign-in", "ada@example.com", "as it was once")
        .await?;
    assert!(pressed.body.contains("has chosen another password"));
    let typed = browser
        .sign_in("/sign-in", "ada@example.com", "mistyped")
        .await?;
    assert!(typed.body.contains("is not right"));
    Ok(())
}

#[tokio::test]
async fn the_mailbox_shows_what_would_have_been_sent() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.hire("bob@example.com").await?;
    service.hire("ada@example.com").await?;
    let link = service.newest_link("ada@example.com").await?;
    let page = service.browser().get("/demo/mailbox").await?;
    assert!(page.body.contains(&format!("<a href=\"{link}\">")));
    assert!(page.body.contains("To ada@example.com"));

    // Used: it is told and offered no more, and stands after those that work.
    service.set_password(&link, PASSWORD).await?;
    let page = service.browser().get("/demo/mailbox").await?;
    assert!(!page.body.contains(&link));
    let at = |text: &str| page.body.find(text).expect(text);
    assert!(at("To bob@example.com") < at("To ada@example.com"));
    assert!(at("To ada@example.com") < at("Its link was used"));
    Ok(())
}

#[tokio::test]
async fn operators_are_told_how_it_is_and_browsers_nothing_of_it() -> anyhow::Result<()> {
    let service = Service::start().await?;
    for path in ["/health/live", "/health/ready", "/metrics", "/openapi.json"] {
        assert_eq!(service.watch(path).send().await?.status(), 200, "{path}");
        assert_eq!(service.get(path).send().await?.status(), 404, "{path}");
    }
    assert_eq!(service.get("/problems/").send().await?.status(), 200);
    for path in ["/sign-in", "/oauth2/jwks", "/problems/"] {
        assert_eq!(service.watch(path).send().await?.status(), 404, "{path}");
    }
    Ok(())
}
