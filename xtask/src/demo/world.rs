//! The demo world, made through the public APIs by the crate `demo-world`.

use std::fs;

use anyhow::Context;
use demo_world::Addresses;
use demo_world::cast::PLATFORM_ADMINISTRATOR;
use demo_world::seed::seed;
use demo_world::services::service;
use serde_json::Value;
use url::Url;

use super::http_client;
use super::secrets::write_private;
use super::services::Launch;

/// The file in the data directory that tells what was made, once all of it was.
pub(crate) const MADE: &str = "world.json";

/// Makes the world, or finds the one in kept data: `accounts` and `ids`, as the ready file has them.
pub(crate) async fn make(launch: &Launch<'_>) -> anyhow::Result<Value> {
    let kept = launch.data.join(MADE);
    if let Ok(text) = fs::read(&kept) {
        return serde_json::from_slice(&text).with_context(|| format!("read {}", kept.display()));
    }
    let addresses = Addresses {
        iam: launch.ports.public("iam-service")?,
        customer: launch.ports.internal("customer-service")?,
        dealer: launch.ports.internal("dealer-service")?,
        monitoring: launch.ports.internal("monitoring-service")?,
        security_system: launch.ports.internal("security-system-service")?,
    };
    let link = bootstrap(launch).await?;
    let world = serde_json::to_value(
        seed(
            http_client()?,
            addresses,
            link,
            &launch.secrets.demo_password()?,
        )
        .await?,
    )?;
    // iam-service lists them on its sign-in page.
    write_private(
        &launch.data.join("accounts.json"),
        &serde_json::to_vec(&world["accounts"])?,
    )?;
    write_private(&kept, &serde_json::to_vec(&world)?)?;
    Ok(world)
}

/// The very first administrator is made on the server, and gets a link to choose a password.
async fn bootstrap(launch: &Launch<'_>) -> anyhow::Result<Url> {
    let iam = service("iam-service").context("no iam-service")?;
    let program = launch.program(iam, "bootstrap")?;
    let person = &PLATFORM_ADMINISTRATOR;
    let wrote = program
        .args(["--email", person.email, "--name", person.name])
        .run()
        .await?;
    let link = wrote
        .split_whitespace()
        .find(|word| word.contains("/one-time-links/"));
    Ok(link
        .with_context(|| format!("iam-service bootstrap printed no link:\n{wrote}"))?
        .parse()?)
}
