//! Authorization codes: asked for, redeemed, and everything that can be wrong with them.

use jiff::SignedDuration;

use crate::client::{VERIFIER, authorize, decode};
use crate::service::{PASSWORD, Service};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn a_code_becomes_tokens() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let ada = service.user(ADA, "Ada Lovelace").await?;
    let answer = service
        .browser()
        .sign_in(&authorize(&[]), ADA, PASSWORD)
        .await?;
    assert_eq!(answer.status, 303);
    let parameters = answer.parameters()?;
    assert_eq!(parameters["state"], "the state");
    assert_eq!(parameters["iss"], service.iss());

    let tokens = service.redeem(&parameters["code"]).await?;
    assert_eq!(tokens.status, 200);
    assert_eq!(tokens.body["token_type"], "Bearer");
    assert_eq!(tokens.body["expires_in"], 180);
    assert_eq!(tokens.body["scope"], "email openid profile");

    let (header, claims) = decode(&tokens.text("access_token"))?;
    assert_eq!(
        (&header["typ"], &header["alg"]),
        (&"at+jwt".into(), &"ES256".into())
    );
    let now = service.clock.now().as_second();
    for (claim, value) in [
        ("iss", service.iss().into()),
        ("sub", ada.as_str().into()),
        ("userId", ada.as_str().into()),
        ("name", "Ada Lovelace".into()),
        ("client_id", "app".into()),
        (
            "aud",
            serde_json::json!(["iam-service", "customer-service"]),
        ),
        ("iat", now.into()),
        ("exp", (now + 180).into()),
        ("auth_time", now.into()),
        ("acr", "aal1".into()),
        ("amr", serde_json::json!(["pwd"])),
        ("roles", serde_json::json!([])),
    ] {
        assert_eq!(claims[claim], value, "{claim}");
    }

    let (header, identity) = decode(&tokens.text("id_token"))?;
    assert_eq!(header["typ"], "JWT");
    assert_eq!(identity["aud"], "app");
    assert_eq!(identity["nonce"], "the nonce");
    assert_eq!(identity["sid"], claims["sid"]);
    assert_eq!(identity["email"], ADA);

    let info = service
        .get("/oauth2/userinfo")
        .bearer_auth(tokens.text("access_token"));
    let info: serde_json::Value = info.send().await?.error_for_status()?.json().await?;
    assert_eq!(
        info,
        serde_json::json!({ "sub": ada, "name": "Ada Lovelace", "email": ADA })
    );
    Ok(())
}

#[tokio::test]
async fn claims_follow_the_scope() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada Lovelace").await?;
    let mut browser = service.browser();
    let answer = browser
        .sign_in(&authorize(&[("scope", "openid")]), ADA, PASSWORD)
        .await?;
    let tokens = service.redeem(&answer.parameters()?["code"]).await?;
    let (_, identity) = decode(&tokens.text("id_token"))?;
    assert_eq!(
        (&identity["name"], &identity["email"]),
        (&serde_json::Value::Null, &serde_json::Value::Null)
    );

    // Without `openid` it is OAuth: no ID token, and nothing to ask about the user.
    let answer = browser.get(&authorize(&[("scope", "profile")])).await?;
    let tokens = service.redeem(&answer.parameters()?["code"]).await?;
    assert!(tokens.body["id_token"].is_null());
    let info = service
        .get("/oauth2/userinfo")
        .bearer_auth(tokens.text("access_token"))
        .send()
        .await?;
    assert_eq!(info.status(), 403);
    Ok(())
}

#[tokio::test]
async fn a_code_is_good_once_and_using_it_again_revokes_what_it_gave() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let code = service.code(ADA).await?;
    let tokens = service.redeem(&code).await?;
    let access_token = tokens.text("access_token");
    assert!(service.is_active("app", &access_token).await?);

    assert_eq!(service.redeem(&code).await?.error(), (400, "invalid_grant"));
    assert!(!service.is_active("app", &access_token).await?);
    assert_eq!(
        service
            .refresh(&tokens.text("refresh_token"))
            .await?
            .error(),
        (400, "invalid_grant")
    );
    Ok(())
}

#[tokio::test]
async fn of_two_who_redeem_a_code_at_once_one_gets_tokens() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let code = service.code(ADA).await?;
    let (one, other) = tokio::try_join!(service.redeem(&code), service.redeem(&code))?;
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    Ok(())
}

#[tokio::test]
async fn a_code_is_bound_to_client_address_and_verifier() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let code = service.code(ADA).await?;
    let wrong_verifier = "a".repeat(43);
    for (name, value) in [
        ("code_verifier", wrong_verifier.as_str()),
        ("redirect_uri", "https://app.example/callback/"),
        ("redirect_uri", ""),
        ("code", "made-up"),
    ] {
        let reply = service.redeem_with(&code, &[(name, value)]).await?;
        assert_eq!(reply.error(), (400, "invalid_grant"), "{name}={value}");
    }
    assert_eq!(
        service
            .redeem_with(&code, &[("code_verifier", "")])
            .await?
            .error(),
        (400, "invalid_request")
    );
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", crate::client::REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(
        service
            .post_as("other", "/oauth2/token", &form)
            .await?
            .error(),
        (400, "invalid_grant")
    );

    // None of that used the code up.
    assert_eq!(service.redeem(&code).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_code_is_good_for_a_minute() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let code = service.code(ADA).await?;
    service.clock.advance(SignedDuration::from_secs(60));
    assert_eq!(service.redeem(&code).await?.error(), (400, "invalid_grant"));
    Ok(())
}

#[tokio::test]
async fn a_code_of_a_session_that_ended_is_good_for_nothing() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let mut browser = service.browser();
    let first = service.code_in(&mut browser, ADA).await?;
    let waiting = browser.get(&authorize(&[])).await?.parameters()?["code"].clone();
    let tokens = service.redeem(&first).await?;
    browser
        .get(&format!(
            "/oauth2/end-session?id_token_hint={}",
            tokens.text("id_token")
        ))
        .await?;
    assert_eq!(
        service.redeem(&waiting).await?.error(),
        (400, "invalid_grant")
    );
    Ok(())
}

#[tokio::test]
async fn clients_prove_who_they_are() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let code = service.code(ADA).await?;
    let form = |more: &[(&'static str, &'static str)]| {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("redirect_uri", crate::client::REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        form.extend(more);
        form
    };
    let refused = [
        service.post("/oauth2/token").form(&form(&[])),
        service
            .post("/oauth2/token")
            .form(&form(&[("client_id", "app")])),
        service
            .post("/oauth2/token")
            .form(&form(&[("client_id", "app"), ("client_secret", "wrong")])),
        service.post("/oauth2/token").form(&form(&[
            ("client_id", "nobody"),
            ("client_secret", "wrong"),
        ])),
        service
            .post("/oauth2/token")
            .form(&form(&[]))
            .basic_auth("app", Some("wrong")),
        service
            .post("/oauth2/token")
            .form(&form(&[]))
            .basic_auth("app", None::<&str>),
        service
            .post("/oauth2/token")
            .form(&form(&[]))
            .bearer_auth("token"),
        service
            .post("/oauth2/token")
            .form(&form(&[("client_id", "other")]))
            .basic_auth("app", Some("the+secret+of+app")),
    ];
    for request in refused {
        let response = request.send().await?;
        assert_eq!(response.status(), 401);
        let body: serde_json::Value = response.json().await?;
        assert_eq!(body["error"], "invalid_client");
    }
    let both = service
        .post("/oauth2/token")
        .form(&form(&[("client_secret", "the secret of app")]));
    let both = both
        .basic_auth("app", Some("the+secret+of+app"))
        .send()
        .await?;
    assert_eq!(both.status(), 400);
    let twice = service
        .post("/oauth2/token")
        .form(&form(&[("code", "a"), ("code", "b")]));
    assert_eq!(
        twice
            .basic_auth("app", Some("the+secret+of+app"))
            .send()
            .await?
            .status(),
        400
    );

    let in_the_form = [
        ("client_id", "app"),
        ("client_secret", "the secret of app"),
        ("code", code.as_str()),
    ];
    let mut fields = form(&[]);
    fields.extend(in_the_form);
    assert_eq!(
        service
            .post("/oauth2/token")
            .form(&fields)
            .send()
            .await?
            .status(),
        200
    );
    Ok(())
}
