//! The demo world, made through the public APIs by the crate `demo-world`.

use anyhow::Context;
use demo_world::seed::World;
use demo_world::services::service;
use demo_world::{Addresses, bootstrap, kept};

use super::services::Launch;

/// Makes the world, or finds the one in kept data.
pub(crate) async fn make(launch: &Launch<'_>) -> anyhow::Result<World> {
    let addresses = Addresses {
        iam: launch.ports.public("iam-service")?,
        customer: launch.ports.internal("customer-service")?,
        dealer: launch.ports.internal("dealer-service")?,
        monitoring: launch.ports.internal("monitoring-service")?,
        security_system: launch.ports.internal("security-system-service")?,
    };
    let bootstrapped = async || {
        let iam = service("iam-service").context("no iam-service")?;
        let bootstrap = launch.program(iam)?.args(bootstrap::ARGUMENTS);
        bootstrap.run().await
    };
    kept::find_or_make(launch.data, addresses, launch.secrets, bootstrapped).await
}
