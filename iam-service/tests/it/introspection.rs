//! Introspection and revocation: what only this service knows of a token.

use jiff::SignedDuration;

use crate::service::Service;

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn a_token_is_told_of_to_whom_it_concerns() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let ada = service.user(ADA, "Ada").await?;
    let tokens = service.tokens(ADA).await?;
    let access_token = tokens.text("access_token");
    let reply = service
        .post_as("app", "/oauth2/introspect", &[("token", &access_token)])
        .await?;
    for (member, value) in [
        ("active", serde_json::Value::from(true)),
        ("sub", ada.as_str().into()),
        ("client_id", "app".into()),
        ("scope", "email openid profile".into()),
        ("token_type", "Bearer".into()),
        ("iss", service.iss().into()),
        ("exp", (service.clock.now().as_second() + 180).into()),
    ] {
        assert_eq!(reply.body[member], value, "{member}");
    }
    // customer-service is in its audience; the others have nothing to do with it.
    assert!(service.is_active("customer-service", &access_token).await?);
    for stranger in ["other", "security-system-service"] {
        let reply = service
            .post_as(stranger, "/oauth2/introspect", &[("token", &access_token)])
            .await?;
        assert_eq!(
            reply.body,
            serde_json::json!({ "active": false }),
            "{stranger}"
        );
    }
    assert!(
        service
            .is_active("app", &tokens.text("refresh_token"))
            .await?
    );
    assert!(
        !service
            .is_active("other", &tokens.text("refresh_token"))
            .await?
    );
    Ok(())
}

#[tokio::test]
async fn nobody_introspects_without_a_secret() -> anyhow::Result<()> {
    let service = Service::start().await?;
    for form in [
        vec![("token", "x")],
        vec![("token", "x"), ("client_id", "realguardio-cli")],
    ] {
        assert_eq!(
            service
                .post("/oauth2/introspect")
                .form(&form)
                .send()
                .await?
                .status(),
            401
        );
    }
    assert_eq!(
        service
            .post_as("app", "/oauth2/introspect", &[])
            .await?
            .error(),
        (400, "invalid_request")
    );
    Ok(())
}

#[tokio::test]
async fn what_is_no_token_is_not_active() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let tokens = service.tokens(ADA).await?;
    let access_token = tokens.text("access_token");
    let (content, _) = access_token.rsplit_once('.').unwrap_or_default();
    for token in [
        "x",
        "a.b.c",
        &format!("{content}."),
        &tokens.text("id_token"),
        &format!("{access_token}x"),
    ] {
        assert!(!service.is_active("app", token).await?, "{token}");
    }
    service.clock.advance(SignedDuration::from_mins(3));
    assert!(!service.is_active("app", &access_token).await?, "expired");
    Ok(())
}

#[tokio::test]
async fn a_refresh_token_that_nobody_used_for_a_working_day_is_not_active() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let token = service.tokens(ADA).await?.text("refresh_token");
    service.clock.advance(SignedDuration::from_hours(8));
    assert!(service.is_active("app", &token).await?);
    service.clock.advance(SignedDuration::from_secs(1));
    assert!(!service.is_active("app", &token).await?);
    let refused = service.refresh(&token).await?;
    assert_eq!(refused.error(), (400, "invalid_grant"), "as it is told");
    Ok(())
}

#[tokio::test]
async fn revoking_one_token_revokes_its_family() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    for which in ["access_token", "refresh_token"] {
        let tokens = service.tokens(ADA).await?;
        let untouched = service.tokens(ADA).await?;
        let stolen = service
            .post_as("other", "/oauth2/revoke", &[("token", &tokens.text(which))])
            .await?;
        assert_eq!(stolen.status, 200);
        assert!(
            service
                .is_active("app", &tokens.text("access_token"))
                .await?,
            "by another client"
        );

        let form = [
            ("token", tokens.text(which)),
            ("token_type_hint", "nonsense".to_owned()),
        ];
        let form: Vec<_> = form
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!(
            service
                .post_as("app", "/oauth2/revoke", &form)
                .await?
                .status,
            200
        );
        assert!(
            !service
                .is_active("app", &tokens.text("access_token"))
                .await?
        );
        assert_eq!(
            service
                .refresh(&tokens.text("refresh_token"))
                .await?
                .error(),
            (400, "invalid_grant")
        );
        assert!(
            service
                .is_active("app", &untouched.text("access_token"))
                .await?
        );
    }
    assert_eq!(
        service
            .post_as("app", "/oauth2/revoke", &[("token", "unknown")])
            .await?
            .status,
        200
    );
    assert_eq!(
        service.post_as("app", "/oauth2/revoke", &[]).await?.error(),
        (400, "invalid_request")
    );
    Ok(())
}
