//! Tells that everything is ready: people on the terminal, programs by a file.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};
use testkit::supervise::Process;

use super::clients;
use super::services::Launch;
use super::topology::SERVICES;

/// Prints address and accounts, and writes the ready file.
pub(crate) fn announce(
    launch: &Launch<'_>,
    processes: &[Process],
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

fn content(launch: &Launch<'_>, processes: &[Process], world: &Value) -> anyhow::Result<Value> {
    let mut services = Map::new();
    for (service, process) in SERVICES.iter().zip(processes) {
        let url = launch
            .ports
            .public(service.name)?
            .as_str()
            .trim_end_matches('/')
            .to_owned();
        services.insert(
            service.name.to_owned(),
            json!({ "url": url, "pid": process.id() }),
        );
    }
    Ok(json!({
        "ui": address(launch)?,
        "services": services,
        "accounts": world["accounts"],
        "clients": clients::for_scripts(launch.secrets)?,
        "ids": world["ids"],
    }))
}

fn address(launch: &Launch<'_>) -> anyhow::Result<String> {
    Ok(launch
        .ports
        .public("bff")?
        .as_str()
        .trim_end_matches('/')
        .to_owned())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
