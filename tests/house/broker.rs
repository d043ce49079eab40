//! The broker, with an account for each service.

use demo_world::services::SERVICES;
use outbox::{Account, accounts};
use testkit::nats::TestNats;

/// Starts the broker. Each service's password is its name.
pub(super) async fn start() -> anyhow::Result<TestNats> {
    let topology: Vec<_> = SERVICES
        .iter()
        .map(|service| Account {
            service: service.name,
            password: service.name,
            publishes: service.publishes,
            reads: service.reads,
        })
        .collect();
    TestNats::start_with(&accounts(&topology)).await
}
