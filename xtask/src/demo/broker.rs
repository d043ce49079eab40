//! NATS, with an account for each service.

use std::path::Path;

use demo_world::broker::configuration;
use demo_world::secrets::{Secrets, write_private};
use testkit::supervise::Process;

use super::topology::Ports;

/// Starts the server.
pub(crate) async fn start(data: &Path, ports: Ports, secrets: &Secrets) -> anyhow::Result<Process> {
    let (file, store) = (data.join("nats.conf"), data.join("nats"));
    let listen = format!("127.0.0.1:{}", ports.nats());
    let configuration = configuration(&listen, &store.to_string_lossy(), secrets)?;
    write_private(&file, configuration.as_bytes())?;
    let (process, _) = testkit::nats::launch(&file).await?;
    Ok(process)
}
