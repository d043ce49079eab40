//! Signing out, everywhere at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Form, Router};
use jiff::SignedDuration;
use tokio::net::TcpListener;
use url::Url;

use crate::client::decode;
use crate::service::{Options, Service};

const ADA: &str = "ada@example.com";

/// A client that is told of logouts, and answers as the test wants.
#[derive(Clone)]
struct Told {
    answer: Arc<Mutex<StatusCode>>,
    tokens: Arc<Mutex<Vec<String>>>,
}

impl Told {
    async fn start() -> anyhow::Result<(Self, Url)> {
        let told = Self {
            answer: Arc::new(Mutex::new(StatusCode::OK)),
            tokens: Arc::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/backchannel-logout", listener.local_addr()?).parse()?;
        let router = Router::new()
            .route("/backchannel-logout", post(Self::hear))
            .with_state(told.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok((told, url))
    }

    #[expect(clippy::unused_async, reason = "a handler is asynchronous")]
    async fn hear(
        State(told): State<Self>,
        Form(form): Form<BTreeMap<String, String>>,
    ) -> StatusCode {
        told.tokens
            .lock()
            .unwrap()
            .extend(form.get("logout_token").cloned());
        *told.answer.lock().unwrap()
    }

    fn count(&self) -> usize {
        self.tokens.lock().unwrap().len()
    }
}

async fn service() -> anyhow::Result<(Service, Told)> {
    let (told, url) = Told::start().await?;
    let service = Service::start_with(Options {
        backchannel_logout_uri: Some(url),
        ..Options::default()
    })
    .await?;
    service.user(ADA, "Ada").await?;
    Ok((service, told))
}

#[tokio::test]
async fn signing_out_ends_tokens_and_tells_the_client() -> anyhow::Result<()> {
    let (service, told) = service().await?;
    let mut browser = service.browser();
    let code = service.code_in(&mut browser, ADA).await?;
    let tokens = service.redeem(&code).await?;
    let hint = tokens.text("id_token");
    let path = format!(
        "/oauth2/end-session?id_token_hint={hint}&post_logout_redirect_uri=https://app.example/&state=s"
    );
    let answer = browser.get(&path).await?;
    assert_eq!(
        answer.location.as_deref(),
        Some("https://app.example/?state=s")
    );
    let left = |name: &String| name.contains("form") || name.contains("device");
    assert!(
        browser.cookies.keys().all(left),
        "the session's cookie is gone"
    );
    assert_eq!(
        service
            .refresh(&tokens.text("refresh_token"))
            .await?
            .error(),
        (400, "invalid_grant")
    );
    assert!(
        !service
            .is_active("app", &tokens.text("access_token"))
            .await?
    );

    service.deliver_logouts().await?;
    let logout_token = told
        .tokens
        .lock()
        .unwrap()
        .first()
        .cloned()
        .unwrap_or_default();
    let (header, claims) = decode(&logout_token)?;
    let (_, identity) = decode(&hint)?;
    assert_eq!(header["typ"], "logout+jwt");
    assert_eq!(
        (&claims["aud"], &claims["iss"]),
        (&"app".into(), &service.iss().into())
    );
    assert_eq!(
        (&claims["sid"], &claims["sub"]),
        (&identity["sid"], &identity["sub"])
    );
    assert!(claims["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object());
    assert!(
        claims["nonce"].is_null(),
        "so that it is never taken for an ID token"
    );

    // Once more ends nothing more.
    browser.get(&path).await?;
    service.deliver_logouts().await?;
    assert_eq!(told.count(), 1);
    Ok(())
}

#[tokio::test]
async fn a_client_that_does_not_answer_is_told_again() -> anyhow::Result<()> {
    let (service, told) = service().await?;
    let tokens = service.tokens(ADA).await?;
    *told.answer.lock().unwrap() = StatusCode::SERVICE_UNAVAILABLE;
    service
        .get("/oauth2/end-session")
        .query(&[("id_token_hint", tokens.text("id_token"))])
        .send()
        .await?;
    service.deliver_logouts().await?;
    service.deliver_logouts().await?;
    assert_eq!(told.count(), 1, "not before it is due again");
    *told.answer.lock().unwrap() = StatusCode::OK;
    service.clock.advance(SignedDuration::from_secs(2));
    service.deliver_logouts().await?;
    service.clock.advance(SignedDuration::from_hours(1));
    service.deliver_logouts().await?;
    assert_eq!(told.count(), 2);
    Ok(())
}

#[tokio::test]
async fn without_an_id_token_the_person_is_asked() -> anyhow::Result<()> {
    let (service, _) = service().await?;
    let mut browser = service.browser();
    let code = service.code_in(&mut browser, ADA).await?;
    let access_token = service.redeem(&code).await?.text("access_token");
    let query = "client_id=app&post_logout_redirect_uri=https://app.example/";
    for path in [
        "/oauth2/end-session".to_owned(),
        format!("/oauth2/end-session?id_token_hint=forged&{query}"),
    ] {
        let answer = browser.get(&path).await?;
        assert!(
            answer.status == 200 && answer.body.contains("Sign out?"),
            "{path}"
        );
        assert!(service.is_active("app", &access_token).await?);
    }
    let page = browser.get(&format!("/oauth2/end-session?{query}")).await?;
    assert!(
        page.headers["content-security-policy"]
            .to_str()?
            .contains("form-action 'self' https://app.example;")
    );
    assert_eq!(
        browser
            .post("/sign-out", &[("csrf", "made-up")])
            .await?
            .status,
        403
    );
    assert!(service.is_active("app", &access_token).await?);
    let csrf = page.hidden("csrf")?;
    let fields = [
        ("csrf", csrf.as_str()),
        ("client_id", "app"),
        ("post_logout_redirect_uri", "https://app.example/"),
    ];
    let answer = browser.post("/sign-out", &fields).await?;
    assert_eq!(answer.location.as_deref(), Some("https://app.example/"));
    assert!(!service.is_active("app", &access_token).await?);
    Ok(())
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_registered() -> anyhow::Result<()> {
    let (service, _) = service().await?;
    let tokens = service.tokens(ADA).await?;
    let hint = tokens.text("id_token");
    for query in [
        "post_logout_redirect_uri=https://app.example/".to_owned(),
        "client_id=other&post_logout_redirect_uri=https://app.example/".to_owned(),
        "client_id=app&post_logout_redirect_uri=https://app.example/x".to_owned(),
        format!("id_token_hint={hint}&post_logout_redirect_uri=https://evil.example/"),
        format!("id_token_hint={hint}&client_id=other"),
    ] {
        let answer = service
            .browser()
            .get(&format!("/oauth2/end-session?{query}"))
            .await?;
        assert_eq!(
            (answer.status.as_u16(), answer.location),
            (400, None),
            "{query}"
        );
    }
    assert!(
        service
            .is_active("app", &tokens.text("access_token"))
            .await?
    );
    Ok(())
}
