//! Sessions, as a browser has them that knows HTTP and nothing else.

use anyhow::{Context as _, ensure};
use demo_world::visitor::Visitor;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::town::Story;

/// Somebody signs in, looks, disarms, and signs out at the provider; then nothing is open any more.
pub async fn from_sign_in_to_sign_out(story: Story) -> anyhow::Result<()> {
    let origin = &story.town.origin;
    let systems = origin.join("/api/securitysystems")?;
    let mut visitor = Visitor::new(story.town.client.clone());
    let stranger = visitor.call(Method::GET, systems.clone()).await?;
    ensure!(stranger.status() == StatusCode::UNAUTHORIZED);

    let login = origin.join("/bff/login?returnTo=/")?;
    let email = "disarmer@cedar-hill.example";
    visitor.enter(login, email, &story.town.password).await?;
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
