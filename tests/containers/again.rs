//! Everything is stopped and removed but its data, and started again: then all is as it was.

use anyhow::ensure;
use reqwest::{Method, StatusCode};
use stories::town::Story;

#[test]
fn a_second_start_finds_its_data_again() -> anyhow::Result<()> {
    super::SITE.tell_alone("again", again)
}

async fn again(story: Story) -> anyhow::Result<()> {
    let containers = story.containers()?;
    let customer = story.customer("Evergreen").await?;
    let system = story.system(&customer.opens("Lodge").await?).await?;
    let mut grace = customer
        .hires("grace", &["SECURITY_SYSTEM_DISARMER"])
        .await?;
    let mut browser = story.town.visitor(&grace.email).await?;
    let made = containers.made().await?;

    containers.begin_again().await?;

    let made_again = containers.made().await?;
    let [first, second] = [&made.0, &made_again.0].map(serde_json::to_value);
    let (first, second) = (first?, second?);
    ensure!(first == second, "another world was made");
    ensure!(made.1 == made_again.1, "the panels have another secret");
    // The session stands, the password is good, the grant decides.
    let systems = story.town.origin.join("/api/securitysystems")?;
    let list = browser.send(Method::GET, systems, &[], None).await?;
    let shown = list.body["items"].as_array().map(Vec::len);
    ensure!(shown == Some(1), "{} {}", list.status, list.body);
    grace.api = story.caller(&grace.email).await?;
    story.settles().await?;
    let may = story.disarm(&grace, &system).await?;
    ensure!(may.status == StatusCode::OK, "{}", may.body);
    Ok(())
}
