//! Organizations come to be, and people in them.

use anyhow::ensure;
use demo_world::cast::PLATFORM_ADMINISTRATOR;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::town::Story;

/// A dealer that was onboarded hires a technician, who disarms where the dealer is appointed.
pub async fn a_dealer_is_onboarded(story: Story) -> anyhow::Result<()> {
    let dealer = story.dealer("Anchor Alarms").await?;
    let technician = dealer.hires("tess", &["SECURITY_SYSTEM_DISARMER"]).await?;
    let customer = story.customer("Copper Mill").await?;
    let location = customer.opens("Mill One").await?;
    let system = story.system(&location).await?;

    let before = story.disarm(&technician, &system).await?;
    ensure!(before.status == StatusCode::NOT_FOUND, "{}", before.body);
    customer.appoints(&dealer, &location).await?;
    let after = story.disarm(&technician, &system).await?;
    ensure!(after.status == StatusCode::OK, "{}", after.body);
    Ok(())
}

/// Nobody is anything by being hired; a role makes the difference at once.
pub async fn whoever_is_hired_and_granted_a_role_disarms(story: Story) -> anyhow::Result<()> {
    let customer = story.customer("Willow Court").await?;
    let system = story.system(&customer.opens("Court").await?).await?;
    let grace = customer.hires("grace", &[]).await?;
    let hidden = story.disarm(&grace, &system).await?;
    ensure!(hidden.status == StatusCode::NOT_FOUND, "{}", hidden.body);

    customer.grants(&grace, &["SECURITY_SYSTEM_VIEWER"]).await?;
    let seen = story.disarm(&grace, &system).await?;
    ensure!(seen.status == StatusCode::FORBIDDEN, "{}", seen.body);

    customer
        .grants(&grace, &["SECURITY_SYSTEM_DISARMER"])
        .await?;
    let disarmed = story.disarm(&grace, &system).await?;
    ensure!(disarmed.body["state"] == "DISARMED", "{}", disarmed.body);
    Ok(())
}

/// A profile is its owner's to change, as it was last read.
pub async fn a_profile_is_changed(story: Story) -> anyhow::Result<()> {
    let customer = story.customer("Fern Lodge").await?;
    let grace = customer.hires("grace", &[]).await?;
    let profiles = story.town.addresses.customer.join("/profiles")?;
    let read = grace.api.get(profiles.clone()).await?;
    let body = json!({ "name": "Grace Hopper", "phone": "+1 212 555 0100" });
    let stored = grace.api.put(profiles.clone(), read.header("etag"), &body);
    ensure!(stored.await?.body["phone"] == body["phone"]);
    let stale = [("if-match", read.header("etag").unwrap_or_default())];
    let again = grace.api.send(Method::PUT, profiles, &stale, Some(&body));
    ensure!(again.await?.status == StatusCode::PRECONDITION_FAILED);
    Ok(())
}

/// An installation that ends half-way, because somebody else was first, leaves the location as it was.
pub async fn a_location_that_is_taken_takes_no_second_system(story: Story) -> anyhow::Result<()> {
    let customer = story.customer("Quartz Yard").await?;
    let location = customer.opens("Yard").await?;
    let system = story.system(&location).await?;
    let second = story.system(&location).await;
    ensure!(second.is_err(), "two systems at one location");

    // What was there first is as good as before; and once it is gone, another one can come.
    let founder = story.caller(PLATFORM_ADMINISTRATOR.email).await?;
    let removed = founder.send(Method::DELETE, system, &[], None).await?;
    ensure!(removed.status.is_success(), "{}", removed.body);
    story.system(&location).await.map(drop)
}
