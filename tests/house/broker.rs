//! The broker, with an account for each service, and the network to it.

use std::collections::BTreeMap;

use demo_world::{broker, services::SERVICES};
use testkit::{nats::TestNats, proxy::ChaosProxy};

/// Starts the broker. Each service's password is its name.
pub(super) async fn start() -> anyhow::Result<TestNats> {
    let accounts = broker::accounts(|service| Ok(service.to_owned()))?;
    TestNats::start_with(&accounts).await
}

/// A network of its own for each service.
pub(super) async fn networks(
    nats: &TestNats,
) -> anyhow::Result<BTreeMap<&'static str, ChaosProxy>> {
    let mut networks = BTreeMap::new();
    for service in SERVICES {
        networks.insert(service.name, ChaosProxy::start(nats.address()).await?);
    }
    Ok(networks)
}
