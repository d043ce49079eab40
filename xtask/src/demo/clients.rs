//! The OAuth clients that iam-service knows.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Value, json};

use super::secrets::{Secrets, write_private};
use super::topology::Ports;

/// A client that scripts may use, for the ready file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicClient {
    client_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<&'static str>,
}

/// Where a script on this machine is sent back to (RFC 8252: on any port).
const LOOPBACK: &str = "http://127.0.0.1/callback";

/// The services that a user's token is good for.
const AUDIENCES: [&str; 3] = ["iam-service", "customer-service", "security-system-service"];

/// The secret of a client.
pub(crate) fn secret(client: &str, secrets: &Secrets) -> anyhow::Result<String> {
    secrets.get(&format!("client-{client}"))
}

/// What iam-service reads at start.
pub(crate) fn write(data: &Path, ports: Ports, secrets: &Secrets) -> anyhow::Result<PathBuf> {
    let file = data.join("clients.json");
    write_private(&file, &serde_json::to_vec_pretty(&all(ports, secrets)?)?)?;
    Ok(file)
}

/// The clients that the ready file tells.
pub(crate) fn for_scripts(secrets: &Secrets) -> anyhow::Result<[PublicClient; 2]> {
    Ok([
        PublicClient {
            client_id: "panel-simulator",
            client_secret: Some(secret("panel-simulator", secrets)?),
            scopes: vec!["alarms"],
            redirect_uri: None,
        },
        PublicClient {
            client_id: "realguardio-cli",
            client_secret: None,
            scopes: vec![],
            redirect_uri: Some(LOOPBACK),
        },
    ])
}

fn all(ports: Ports, secrets: &Secrets) -> anyhow::Result<Value> {
    let bff = ports.public("bff")?;
    let machine = |id: &str, scopes: Value| -> anyhow::Result<Value> {
        Ok(json!({ "clientId": id, "clientSecret": secret(id, secrets)?, "machineScopes": scopes }))
    };
    Ok(json!([
        {
            "clientId": "bff",
            "clientSecret": secret("bff", secrets)?,
            "redirectUris": [bff.join("/bff/callback")?],
            "postLogoutRedirectUris": [bff],
            "backchannelLogoutUri": ports.internal("bff")?.join("/bff/backchannel-logout")?,
            "homeUri": bff,
            "audiences": AUDIENCES,
        },
        { "clientId": "realguardio-cli", "redirectUris": [LOOPBACK], "audiences": AUDIENCES },
        machine("customer-service", json!({ "iam-service": ["users:write"] }))?,
        machine("security-system-service", json!({ "customer-service": ["facts:read", "locations:reserve"] }))?,
        machine("panel-simulator", json!({ "security-system-service": ["alarms"] }))?,
    ]))
}
