//! The authorization endpoint: what is asked wrongly, and what a session answers.

use jiff::SignedDuration;

use crate::client::{VERIFIER, authorize, decode};
use crate::service::{PASSWORD, Service};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn a_bad_client_or_address_gets_a_page_and_no_redirect() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let mut browser = service.browser();
    for changes in [
        [("client_id", "nobody")],
        [("client_id", "")],
        [("client_id", "customer-service")],
        [("redirect_uri", "https://evil.example/callback")],
        [("redirect_uri", "https://app.example/callback?next=evil")],
        [("redirect_uri", "")],
    ] {
        for path in [
            authorize(&changes),
            authorize(&changes).replace("/oauth2/authorize", "/sign-in"),
        ] {
            let answer = browser.get(&path).await?;
            if path.starts_with("/sign-in") && changes == [("client_id", "")] {
                continue; // The page without a request.
            }
            assert_eq!(
                (answer.status.as_u16(), answer.location),
                (400, None),
                "{path}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn other_errors_go_back_to_the_client_with_state_and_issuer() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let mut browser = service.browser();
    for (changes, error) in [
        ([("response_type", "token")], "unsupported_response_type"),
        ([("code_challenge", "")], "invalid_request"),
        ([("code_challenge_method", "plain")], "invalid_request"),
        ([("scope", "everything")], "invalid_scope"),
        ([("prompt", "none")], "login_required"),
    ] {
        let answer = browser.get(&authorize(&changes)).await?;
        assert!(
            answer
                .location
                .as_deref()
                .is_some_and(|to| to.starts_with("https://app.example/callback?"))
        );
        let parameters = answer.parameters()?;
        assert_eq!(parameters["error"], error);
        assert_eq!(
            (parameters["state"].as_str(), parameters["iss"].as_str()),
            ("the state", service.iss())
        );
        assert!(!parameters.contains_key("code"));
    }
    Ok(())
}

#[tokio::test]
async fn a_session_answers_without_a_password_until_a_fresh_one_is_asked_for() -> anyhow::Result<()>
{
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let mut browser = service.browser();
    service.code_in(&mut browser, ADA).await?;
    for changes in [vec![], vec![("prompt", "none")], vec![("max_age", "600")]] {
        assert!(
            browser
                .get(&authorize(&changes))
                .await?
                .parameters()?
                .contains_key("code"),
            "{changes:?}"
        );
    }
    service
        .clock
        .advance(SignedDuration::from_mins(10) + SignedDuration::from_secs(1));
    for changes in [vec![("prompt", "login")], vec![("max_age", "600")]] {
        let answer = browser.get(&authorize(&changes)).await?;
        assert!(
            answer
                .location
                .is_some_and(|to| to.starts_with("/sign-in?")),
            "{changes:?}"
        );
        // Once given, the password is not asked for again.
        let answer = browser.sign_in(&authorize(&changes), ADA, PASSWORD).await?;
        let tokens = service.redeem(&answer.parameters()?["code"]).await?;
        let (_, claims) = decode(&tokens.text("id_token"))?;
        assert_eq!(claims["auth_time"], service.clock.now().as_second());
        service.clock.advance(SignedDuration::from_mins(11));
    }
    let answer = browser
        .get(&authorize(&[("prompt", "none"), ("max_age", "600")]))
        .await?;
    assert_eq!(answer.parameters()?["error"], "login_required");
    Ok(())
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let mut browser = service.browser();
    service.code_in(&mut browser, ADA).await?;
    service.clock.advance(SignedDuration::from_hours(12));
    let answer = browser.get(&authorize(&[("prompt", "none")])).await?;
    assert_eq!(answer.parameters()?["error"], "login_required");
    Ok(())
}

#[tokio::test]
async fn a_script_signs_somebody_in_by_a_loopback_address() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let loopback = "http://127.0.0.1:48123/callback";
    let request = authorize(&[("client_id", "realguardio-cli"), ("redirect_uri", loopback)]);
    let answer = service.browser().sign_in(&request, ADA, PASSWORD).await?;
    let code = answer.parameters()?["code"].clone();
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "realguardio-cli"),
        ("redirect_uri", loopback),
        ("code", &code),
        ("code_verifier", VERIFIER),
    ];
    let response = service.post("/oauth2/token").form(&form).send().await?;
    assert_eq!(response.status(), 200);
    Ok(())
}

#[tokio::test]
async fn an_access_token_can_be_for_one_service_only() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let code = service.code(ADA).await?;
    let reply = service
        .redeem_with(&code, &[("resource", "customer-service")])
        .await?;
    let (_, claims) = decode(&reply.text("access_token"))?;
    assert_eq!(claims["aud"], serde_json::json!(["customer-service"]));
    let refused = service
        .refresh_with(&reply.text("refresh_token"), &[("resource", "bank")])
        .await?;
    assert_eq!(refused.error(), (400, "invalid_target"));
    Ok(())
}
