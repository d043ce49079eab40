//! The OAuth clients that iam-service knows.

use std::path::{Path, PathBuf};

use demo_world::clients::{LOOPBACK, PANEL, PANEL_SCOPES, SCRIPTS, clients};
use serde::Serialize;

use super::secrets::{Secrets, write_private};
use super::topology::Ports;

/// A client that scripts may use, for the ready file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicClient {
    client_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    scopes: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<&'static str>,
}

/// The secret of a client.
pub(crate) fn secret(client: &str, secrets: &Secrets) -> anyhow::Result<String> {
    secrets.get(&format!("client-{client}"))
}

/// What iam-service reads at start.
pub(crate) fn write(data: &Path, ports: Ports, secrets: &Secrets) -> anyhow::Result<PathBuf> {
    let file = data.join("clients.json");
    let clients = clients(&ports.public("bff")?, &ports.internal("bff")?, |client| {
        secret(client, secrets)
    })?;
    write_private(&file, &serde_json::to_vec_pretty(&clients)?)?;
    Ok(file)
}

/// The clients that the ready file tells.
pub(crate) fn for_scripts(secrets: &Secrets) -> anyhow::Result<[PublicClient; 2]> {
    Ok([
        PublicClient {
            client_id: PANEL,
            client_secret: Some(secret(PANEL, secrets)?),
            scopes: PANEL_SCOPES,
            redirect_uri: None,
        },
        PublicClient {
            client_id: SCRIPTS,
            client_secret: None,
            scopes: &[],
            redirect_uri: Some(LOOPBACK),
        },
    ])
}
