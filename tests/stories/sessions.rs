//! Sessions at the browser's origin, with the real provider behind it.

use demo_world::visitor::Visitor;
use reqwest::{Method, StatusCode};
use url::Url;

use stories::house::{House, PASSWORD};

async fn enter(house: &House, email: &str) -> anyhow::Result<Visitor> {
    let mut visitor = Visitor::new(house.client.clone());
    visitor
        .enter(at(house, "/bff/login?returnTo=/")?, email, PASSWORD)
        .await?;
    Ok(visitor)
}

fn at(house: &House, path: &str) -> anyhow::Result<Url> {
    Ok(house.origin.join(path)?)
}

#[tokio::test]
async fn signing_out_ends_the_session_and_its_cookie_is_worth_nothing() -> anyhow::Result<()> {
    let house = House::start().await?;
    let visitor = enter(&house, "disarmer@blue-harbor.example").await?;
    let systems = at(&house, "/api/securitysystems")?;
    assert_eq!(
        visitor.call(Method::GET, systems.clone()).await?.status(),
        StatusCode::OK
    );
    let out = visitor
        .call(Method::POST, at(&house, "/bff/logout")?)
        .await?;
    assert_eq!(out.status(), StatusCode::OK);
    // The same cookie again, as somebody would who has copied it.
    assert_eq!(
        visitor.call(Method::GET, systems).await?.status(),
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        visitor
            .call(Method::GET, at(&house, "/bff/user")?)
            .await?
            .status(),
        StatusCode::UNAUTHORIZED
    );
    Ok(())
}

#[tokio::test]
async fn a_session_outlives_its_access_tokens() -> anyhow::Result<()> {
    let house = House::start().await?;
    let visitor = enter(&house, "disarmer@blue-harbor.example").await?;
    let systems = at(&house, "/api/securitysystems")?;
    for _ in 0..3 {
        house.tokens.advance(jiff::SignedDuration::from_mins(6));
        assert_eq!(
            visitor.call(Method::GET, systems.clone()).await?.status(),
            StatusCode::OK
        );
    }
    Ok(())
}

#[tokio::test]
async fn while_the_provider_is_down_sessions_with_a_valid_token_go_on() -> anyhow::Result<()> {
    let mut house = House::start().await?;
    let visitor = enter(&house, "disarmer@blue-harbor.example").await?;
    let systems = at(&house, "/api/securitysystems")?;
    assert_eq!(
        visitor.call(Method::GET, systems.clone()).await?.status(),
        StatusCode::OK
    );
    house.sites.iam.stop().await?;
    assert_eq!(
        visitor.call(Method::GET, systems.clone()).await?.status(),
        StatusCode::OK
    );

    // Once the token is expired nobody can say anything, and nobody is signed out.
    house.tokens.advance(jiff::SignedDuration::from_mins(6));
    assert_eq!(
        visitor.call(Method::GET, systems.clone()).await?.status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    house.restart("iam-service").await?;
    assert_eq!(
        visitor.call(Method::GET, systems).await?.status(),
        StatusCode::OK
    );
    Ok(())
}
