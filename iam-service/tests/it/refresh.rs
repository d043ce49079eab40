//! Refresh tokens: rotation, lost answers, thieves.

use jiff::SignedDuration;

use crate::client::decode;
use crate::service::Service;

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn each_refresh_token_yields_its_successor() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let mut tokens = service.tokens(ADA).await?;
    let (_, first) = decode(&tokens.text("access_token"))?;
    for _ in 0..3 {
        service.clock.advance(SignedDuration::from_mins(3));
        let next = service.refresh(&tokens.text("refresh_token")).await?;
        assert_eq!(next.status, 200);
        assert_ne!(next.text("refresh_token"), tokens.text("refresh_token"));
        tokens = next;
    }
    let (_, last) = decode(&tokens.text("access_token"))?;
    assert_eq!(
        (&last["sid"], &last["auth_time"]),
        (&first["sid"], &first["auth_time"])
    );
    assert_ne!(last["jti"], first["jti"]);
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_is_given_again() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let first = service.tokens(ADA).await?.text("refresh_token");
    let lost = service.refresh(&first).await?.text("refresh_token");
    let again = service.refresh(&first).await?.text("refresh_token");
    assert_eq!(lost, again);
    assert_eq!(service.refresh(&again).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn twenty_at_once_all_get_the_same_successor() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let first = service.tokens(ADA).await?.text("refresh_token");
    let replies = futures::future::try_join_all((0..20).map(|_| service.refresh(&first))).await?;
    let successor = replies[0].text("refresh_token");
    assert!(
        replies
            .iter()
            .all(|reply| reply.text("refresh_token") == successor)
    );
    assert_eq!(service.refresh(&successor).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_predecessor_that_comes_after_its_successor_revokes_the_family() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let first = service.tokens(ADA).await?.text("refresh_token");
    let second = service.refresh(&first).await?.text("refresh_token");
    let third = service.refresh(&second).await?;

    assert_eq!(
        service.refresh(&first).await?.error(),
        (400, "invalid_grant")
    );
    assert_eq!(
        service.refresh(&third.text("refresh_token")).await?.error(),
        (400, "invalid_grant")
    );
    assert!(
        !service
            .is_active("app", &third.text("access_token"))
            .await?
    );
    let info = service.get("/oauth2/userinfo");
    let info = info.bearer_auth(third.text("access_token")).send().await?;
    assert_eq!(info.status(), 401, "nor is anything told by it");
    // The person is still signed in: it was one client's tokens that were stolen.
    assert_eq!(service.tokens(ADA).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_refresh_token_is_its_clients_own() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let token = service.tokens(ADA).await?.text("refresh_token");
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str()),
    ];
    assert_eq!(
        service
            .post_as("other", "/oauth2/token", &form)
            .await?
            .error(),
        (400, "invalid_grant")
    );
    for forged in ["", "made-up", &token[1..], &format!("{token}A")] {
        assert_ne!(service.refresh(forged).await?.status, 200, "{forged}");
    }
    assert_eq!(service.refresh(&token).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_refresh_can_narrow_the_scope_and_never_widen_it() -> anyhow::Result<()> {
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let token = service.tokens(ADA).await?.text("refresh_token");
    let narrow = service.refresh_with(&token, &[("scope", "openid")]).await?;
    assert_eq!(narrow.body["scope"], "openid");
    let wide = service
        .refresh_with(&token, &[("scope", "openid admin")])
        .await?;
    assert_eq!(wide.error(), (400, "invalid_scope"));
    // What was granted is not lost by asking for less.
    let all = service.refresh(&narrow.text("refresh_token")).await?;
    assert_eq!(all.body["scope"], "email openid profile");
    Ok(())
}

#[tokio::test]
async fn an_unused_family_is_over_after_eight_hours_and_any_with_its_session() -> anyhow::Result<()>
{
    let service = Service::start().await?;
    service.user(ADA, "Ada").await?;
    let idle = service.tokens(ADA).await?.text("refresh_token");
    let used = service.tokens(ADA).await?.text("refresh_token");
    service.clock.advance(SignedDuration::from_hours(7));
    let used = service.refresh(&used).await?.text("refresh_token");
    service.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(
        service.refresh(&idle).await?.error(),
        (400, "invalid_grant")
    );
    let used = service.refresh(&used).await?.text("refresh_token");
    service.clock.advance(SignedDuration::from_hours(3));
    assert_eq!(
        service.refresh(&used).await?.error(),
        (400, "invalid_grant")
    );
    Ok(())
}
