//! Signing in with a password.

use jiff::SignedDuration;

use crate::browser::Browser;
use crate::client::authorize;
use crate::service::{PASSWORD, Service};

const ADA: &str = "ada@example.com";

/// What a wrong attempt looks like: its status, and its page without what differs in every page.
async fn attempt(
    browser: &mut Browser,
    email: &str,
    password: &str,
) -> anyhow::Result<(u16, String)> {
    let answer = browser.sign_in("/sign-in", email, password).await?;
    Ok((answer.status.as_u16(), answer.body.replace(email, "EMAIL")))
}

#[tokio::test]
async fn nobody_learns_whether_an_account_exists() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    service.hire("new@example.com").await?;
    let mut browser = service.browser();
    let wrong = attempt(&mut browser, ADA, "not the password").await?;
    assert_eq!(wrong.0, 403);
    assert!(
        wrong
            .1
            .contains("The e-mail address or the password is not right.")
    );
    assert_eq!(
        attempt(&mut browser, "nobody@example.com", "not the password").await?,
        wrong
    );
    assert_eq!(attempt(&mut browser, "new@example.com", "").await?, wrong);
    assert_eq!(
        browser
            .sign_in("/sign-in", " ADA@Example.com ", PASSWORD)
            .await?
            .status,
        303
    );
    Ok(())
}

#[tokio::test]
async fn failures_make_the_next_attempt_wait() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let mut browser = service.browser();
    // It waits for an account that does not exist as well.
    for email in [ADA, "nobody@example.com"] {
        for _ in 0..5 {
            assert_eq!(
                attempt(&mut browser, email, "not the password").await?.0,
                403
            );
        }
        let answer = browser.sign_in("/sign-in", email, PASSWORD).await?;
        assert_eq!(answer.status, 429, "{email}");
        assert_eq!(answer.headers["retry-after"], "1");
        assert!(answer.body.contains("Try again in a second."), "{email}");
    }
    service.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(
        browser.sign_in("/sign-in", ADA, PASSWORD).await?.status,
        303
    );
    // Having shown who they are, people start afresh.
    assert_eq!(attempt(&mut browser, ADA, "not the password").await?.0, 403);
    assert_eq!(attempt(&mut browser, ADA, "not the password").await?.0, 403);
    Ok(())
}

#[tokio::test]
async fn only_our_own_form_signs_in() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let mut attacker = service.browser();
    let theirs = attacker.get("/sign-in").await?.hidden("csrf")?;
    let mut victim = service.browser();
    victim.get("/sign-in").await?;
    for csrf in ["", "made-up", &theirs] {
        let fields = [("csrf", csrf), ("email", ADA), ("password", PASSWORD)];
        let answer = victim.post("/sign-in", &fields).await?;
        assert_eq!((answer.status.as_u16(), answer.location), (403, None));
        assert_eq!(victim.cookies.len(), 1, "only the form's cookie");
    }
    // Without the cookie the field is worth nothing either.
    let fields = [
        ("csrf", theirs.as_str()),
        ("email", ADA),
        ("password", PASSWORD),
    ];
    assert_eq!(
        service.browser().post("/sign-in", &fields).await?.status,
        403
    );
    Ok(())
}

#[tokio::test]
async fn a_new_sign_in_replaces_the_old_one_in_that_browser() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    service.user("ben@example.com", "Ben").await?;
    let mut browser = service.browser();
    let code = service.code_in(&mut browser, ADA).await?;
    let first = service.redeem(&code).await?.text("access_token");
    let answer = browser
        .sign_in(
            &authorize(&[("prompt", "login")]),
            "ben@example.com",
            PASSWORD,
        )
        .await?;
    let second = service
        .redeem(&answer.parameters()?["code"])
        .await?
        .text("access_token");
    assert!(!service.is_active("app", &first).await?);
    assert!(service.is_active("app", &second).await?);
    Ok(())
}

#[tokio::test]
async fn a_made_up_session_is_none() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let mut browser = service.browser();
    let name = format!(
        "__Host-Http-realguardio-identity-{}",
        service.issuer.port().unwrap_or_default()
    );
    for value in ["", "made-up", &"A".repeat(64), &"A".repeat(3000)] {
        browser.cookies.insert(name.clone(), value.to_owned());
        let answer = browser.get(&authorize(&[("prompt", "none")])).await?;
        assert_eq!(answer.parameters()?["error"], "login_required");
    }
    Ok(())
}
