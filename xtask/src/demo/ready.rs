//! Tells that everything is ready: people on the terminal, programs by a file.

use std::fs;
use std::path::Path;

use demo_world::services::SERVICES;
use serde_json::{Map, Value, json};
use testkit::supervise::Process;
use url::Url;

use super::clients;
use super::services::Launch;

/// The processes of the demo.
pub(crate) struct Processes<'a> {
    /// In the order of [`SERVICES`].
    pub(crate) services: &'a [Process],
    /// What they stand on.
    pub(crate) infrastructure: [(&'static str, &'a Process); 2],
}

/// Prints address and accounts, and writes the ready file.
pub(crate) fn announce(
    launch: &Launch<'_>,
    processes: &Processes<'_>,
    world: &Value,
    file: Option<&Path>,
) -> anyhow::Result<()> {
    if let Some(file) = file {
        let content = serde_json::to_vec_pretty(&content(launch, processes, world)?)?;
        // In one step: whoever sees the file sees all of it.
        let unfinished = file.with_extension(format!("{}.tmp", std::process::id()));
        fs::write(&unfinished, content)?;
        fs::rename(unfinished, file)?;
    }
    println!("\nRealGuardIO is ready: {}\n", address(launch)?);
    for account in world["accounts"].as_array().into_iter().flatten() {
        println!(
            "  {:<40} {}",
            text(&account["email"]),
            text(&account["may"])
        );
    }
    println!(
        "\nThe password of every account: {}",
        launch.secrets.demo_password()?
    );
    println!(
        "Ctrl-C stops everything{}.\n",
        if launch.kept { "" } else { " and removes it" }
    );
    Ok(())
}

fn content(launch: &Launch<'_>, processes: &Processes<'_>, world: &Value) -> anyhow::Result<Value> {
    let mut services = Map::new();
    for (service, process) in SERVICES.iter().zip(processes.services) {
        let url = without_slash(&launch.ports.public(service.name)?);
        let mut about = json!({ "url": url, "pid": process.id() });
        if service.operations_port.is_some() {
            about["operationsUrl"] = without_slash(&launch.ports.operations(service)?).into();
        }
        services.insert(service.name.to_owned(), about);
    }
    let infrastructure = processes.infrastructure.iter();
    let infrastructure: Map<_, _> = infrastructure
        .map(|(name, process)| ((*name).to_owned(), json!({ "pid": process.id() })))
        .collect();
    Ok(json!({
        "ui": address(launch)?,
        "services": services,
        "infrastructure": infrastructure,
        "accounts": world["accounts"],
        "clients": clients::for_scripts(launch.secrets)?,
        "ids": world["ids"],
    }))
}

fn address(launch: &Launch<'_>) -> anyhow::Result<String> {
    Ok(without_slash(&launch.ports.public("bff")?))
}

fn without_slash(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
