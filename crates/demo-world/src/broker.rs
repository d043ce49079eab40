//! Who may say and hear what at NATS: an account for each service.

use crate::secrets::Secrets;
use crate::services::SERVICES;

/// The configuration of a server that listens at `host:port` and stores below `store`. What each service may say and
/// hear follows from the topology; see [`outbox::accounts`].
///
/// # Errors
///
/// When a password cannot be kept.
pub fn configuration(listen: &str, store: &str, secrets: &Secrets) -> anyhow::Result<String> {
    let accounts = accounts(|service| password(service, secrets))?;
    Ok(format!(
        "listen: {listen:?}\njetstream {{ store_dir: {store:?}, max_mem: 16MB, max_file: 1GB }}\n{accounts}"
    ))
}

/// The part of it that says what each service may say and hear, with a password for each.
///
/// # Errors
///
/// When there is no password for one.
pub fn accounts(
    password: impl Fn(&'static str) -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    let passwords = SERVICES
        .iter()
        .map(|service| password(service.name))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let topology: Vec<_> = SERVICES
        .iter()
        .zip(&passwords)
        .map(|(service, password)| outbox::Account {
            service: service.name,
            password,
            publishes: service.publishes,
            reads: service.reads,
            hears: service.hears,
        })
        .collect();
    Ok(outbox::accounts(&topology))
}

/// The address of the server at `host:port` for a service, with its user.
///
/// # Errors
///
/// When its password cannot be kept.
pub fn url(service: &str, server: &str, secrets: &Secrets) -> anyhow::Result<String> {
    Ok(format!(
        "nats://{service}:{}@{server}",
        password(service, secrets)?
    ))
}

fn password(service: &str, secrets: &Secrets) -> anyhow::Result<String> {
    secrets.get(&format!("nats-{service}"))
}
