//! NATS, with an account for each service.

use std::path::Path;

use demo_world::services::SERVICES;
use testkit::supervise::Process;

use super::secrets::{Secrets, write_private};
use super::topology::Ports;

/// Starts the server. What each service may say and hear follows from the topology; see `outbox::accounts`.
pub(crate) async fn start(data: &Path, ports: Ports, secrets: &Secrets) -> anyhow::Result<Process> {
    let file = data.join("nats.conf");
    write_private(&file, configuration(data, ports, secrets)?.as_bytes())?;
    let (process, _) = testkit::nats::launch(&file).await?;
    Ok(process)
}

/// The address of the server for a service, with its user.
pub(crate) fn url(ports: Ports, service: &str, secrets: &Secrets) -> anyhow::Result<String> {
    Ok(format!(
        "nats://{service}:{}@127.0.0.1:{}",
        password(service, secrets)?,
        ports.nats()
    ))
}

fn password(service: &str, secrets: &Secrets) -> anyhow::Result<String> {
    secrets.get(&format!("nats-{service}"))
}

fn configuration(data: &Path, ports: Ports, secrets: &Secrets) -> anyhow::Result<String> {
    let passwords = SERVICES
        .iter()
        .map(|service| password(service.name, secrets))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let topology: Vec<_> = SERVICES
        .iter()
        .zip(&passwords)
        .map(|(service, password)| outbox::Account {
            service: service.name,
            password,
            publishes: service.publishes,
            reads: service.reads,
        })
        .collect();
    Ok(format!(
        "listen: \"127.0.0.1:{}\"\njetstream {{ store_dir: \"{}\", max_mem: 16MB, max_file: 1GB }}\n{}",
        ports.nats(),
        data.join("nats").display(),
        outbox::accounts(&topology)
    ))
}
