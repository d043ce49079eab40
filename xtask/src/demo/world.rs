//! The demo world, made through the public APIs by the crate `demo-world`.

use anyhow::Context;
use demo_world::seed::{World, seed};
use demo_world::services::service;
use demo_world::{Addresses, bootstrap, http_client, kept};

use super::services::Launch;

/// Makes the world, or finds the one in kept data.
pub(crate) async fn make(launch: &Launch<'_>) -> anyhow::Result<World> {
    if let Some(world) = kept::find(launch.data)? {
        return Ok(world);
    }
    let addresses = Addresses {
        iam: launch.ports.public("iam-service")?,
        customer: launch.ports.internal("customer-service")?,
        dealer: launch.ports.internal("dealer-service")?,
        monitoring: launch.ports.internal("monitoring-service")?,
        security_system: launch.ports.internal("security-system-service")?,
    };
    let iam = service("iam-service").context("no iam-service")?;
    let wrote = launch
        .program(iam)?
        .args(bootstrap::ARGUMENTS)
        .run()
        .await?;
    let link = bootstrap::link(&wrote)?;
    let password = launch.secrets.demo_password()?;
    let world = seed(http_client()?, addresses, link, &password).await?;
    kept::keep(launch.data, &world)?;
    Ok(world)
}
