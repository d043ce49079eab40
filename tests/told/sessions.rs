//! Sessions, as a browser has them that knows HTTP and nothing else.

use anyhow::{Context as _, ensure};
use demo_world::visitor::Visitor;
use reqwest::{Method, StatusCode};
use security_system_service::authorization::Strategy;
use serde_json::json;

use crate::town::Story;

/// Somebody signs in, looks, disarms, and signs out at the provider; then nothing is open any more.
pub async fn from_sign_in_to_sign_out(story: Story) -> anyhow::Result<()> {
    let origin = &story.town.origin;
    let systems = origin.join("/api/securitysystems")?;
    let stranger = Visitor::new(story.town.client.clone());
    let stranger = stranger.call(Method::GET, systems.clone()).await?;
    ensure!(stranger.status() == StatusCode::UNAUTHORIZED);

    let mut visitor = story.town.visitor("disarmer@cedar-hill.example").await?;
    let list = visitor.send(Method::GET, systems.clone(), &[], None);
    let list = list.await?;
    let id = list.body["items"][0]["id"].as_str().context("no system")?;
    let system = origin.join(&format!("/api/securitysystems/{id}"))?;
    let disarm = json!({ "action": "DISARM" });
    let disarmed = visitor
        .send(Method::PUT, system, &[], Some(&disarm))
        .await?;
    ensure!(disarmed.body["state"] == "DISARMED", "{}", disarmed.body);

    let logout = origin.join("/bff/logout")?;
    let out = visitor.send(Method::POST, logout, &[], None).await?;
    let end = out.body["endSessionUrl"].as_str().context("no way out")?;
    // The provider says so, and tells the BFF by the back channel.
    let page = visitor.page(end.parse()?).await?;
    ensure!(page.url.origin() == origin.origin(), "{page:?}");
    let again = visitor.call(Method::GET, systems).await?;
    ensure!(again.status() == StatusCode::UNAUTHORIZED);
    Ok(())
}

/// The token behind a session claims facts, so every strategy can decide: all of them say the same.
pub async fn every_strategy_decides_for_a_session(story: Story) -> anyhow::Result<()> {
    let customer = story.customer("Slate Quay").await?;
    let system = story.system(&customer.opens("Quay").await?).await?;
    let guard = customer
        .hires("gina", &["SECURITY_SYSTEM_DISARMER"])
        .await?;
    let viewer = customer.hires("vera", &["SECURITY_SYSTEM_VIEWER"]).await?;
    story.settles().await?;
    let system = story.town.origin.join(&format!("/api{}", system.path()))?;
    for (email, status) in [
        (&*guard.email, StatusCode::OK),
        (&viewer.email, StatusCode::FORBIDDEN),
        ("technician@lantern.example", StatusCode::NOT_FOUND),
    ] {
        let mut visitor = story.town.visitor(email).await?;
        for strategy in Strategy::ALL {
            let by = [("authorization-strategy", strategy.as_str())];
            let disarm = json!({ "action": "DISARM" });
            let answer = visitor.send(Method::PUT, system.clone(), &by, Some(&disarm));
            let answer = answer.await?;
            ensure!(
                answer.status == status,
                "{email} by {strategy}: {}",
                answer.body
            );
            // Where the token told too little, another would have decided.
            let decided = answer.header("authorization-strategy");
            ensure!(decided == Some(strategy.as_str()), "{email} by {decided:?}");
        }
    }
    Ok(())
}
