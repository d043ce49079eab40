//! The broker, with an account for each service.

use outbox::{Account, accounts};
use testkit::nats::TestNats;

/// Which service publishes, and whose streams it reads. Each one's password is its name.
const TOPOLOGY: [(&str, bool, &[&str]); 4] = [
    ("iam-service", true, &["customer-service"]),
    ("customer-service", true, &[]),
    ("security-system-service", true, &[]),
    (
        "bff",
        false,
        &["iam-service", "customer-service", "security-system-service"],
    ),
];

/// Starts the broker.
pub(super) async fn start() -> anyhow::Result<TestNats> {
    let topology = TOPOLOGY.map(|(service, publishes, reads)| Account {
        service,
        password: service,
        publishes,
        reads,
    });
    TestNats::start_with(&accounts(&topology)).await
}
