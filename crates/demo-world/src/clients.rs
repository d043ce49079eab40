//! The OAuth clients of the demo.

use anyhow::Context as _;
use reqwest::Client;
use serde::Serialize;
use serde_json::{Map, Value, json};
use url::Url;

use crate::secrets::Secrets;
use crate::services::{SERVICES, Service};

/// The machine client of whoever plays a building's panel.
pub const PANEL: &str = "panel-simulator";

/// What a panel may do.
pub const PANEL_SCOPES: &[&str] = &["alarms"];

/// The public client of scripts that act for a person (RFC 8252).
pub const SCRIPTS: &str = "realguardio-cli";

/// Where a script on this machine is sent back to: on any port.
pub const LOOPBACK: &str = "http://127.0.0.1/callback";

/// What iam-service reads at start, for a BFF that browsers reach at one address, and iam-service
/// at another.
///
/// # Errors
///
/// When a client has no secret.
pub fn clients(
    browsers: &Url,
    back_channel: &Url,
    secret: impl Fn(&str) -> anyhow::Result<String>,
) -> anyhow::Result<Value> {
    let people: Vec<_> = SERVICES
        .iter()
        .filter(|service| service.serves_people)
        .map(|service| service.name)
        .collect();
    // No page shows what policy administrators do; a script may.
    let scripted: Vec<_> = people.iter().copied().chain(["authz-service"]).collect();
    let mut clients = vec![
        json!({
            "clientId": "bff",
            "clientSecret": secret("bff")?,
            "redirectUris": [browsers.join("/bff/callback")?],
            "postLogoutRedirectUris": [browsers],
            "backchannelLogoutUri": back_channel.join("/bff/backchannel-logout")?,
            "homeUri": browsers,
            "audiences": people,
            "facts": true,
        }),
        json!({ "clientId": SCRIPTS, "redirectUris": [LOOPBACK], "audiences": scripted }),
    ];
    let panel: &[(&str, &[&str])] = &[("security-system-service", PANEL_SCOPES)];
    let machines = SERVICES
        .iter()
        .map(|&Service { name, scopes, .. }| (name, scopes))
        .filter(|(_, scopes)| !scopes.is_empty())
        .chain([(PANEL, panel)]);
    for (name, scopes) in machines {
        let scopes = scopes
            .iter()
            .map(|(at, scopes)| ((*at).to_owned(), json!(scopes)));
        clients.push(json!({
            "clientId": name,
            "clientSecret": secret(name)?,
            "machineScopes": scopes.collect::<Map<_, _>>(),
        }));
    }
    Ok(clients.into())
}

/// The secret of a client.
///
/// # Errors
///
/// When a new one cannot be kept.
pub fn secret(client: &str, secrets: &Secrets) -> anyhow::Result<String> {
    secrets.get(&secret_of(client))
}

/// The name of a client's secret.
pub(crate) fn secret_of(client: &str) -> String {
    format!("client-{client}")
}

/// A machine client's access token, by `client_credentials`: for everything that it may do at the one service that it
/// may call.
///
/// # Errors
///
/// When it is refused, or iam-service cannot be reached.
pub async fn machine_token(
    http: &Client,
    issuer: &Url,
    client: &str,
    secret: &str,
) -> anyhow::Result<String> {
    let asked = http
        .post(issuer.join("/oauth2/token")?)
        .basic_auth(client, Some(secret))
        .form(&[("grant_type", "client_credentials")]);
    let answer: Value = asked.send().await?.error_for_status()?.json().await?;
    let token = answer["access_token"].as_str();
    Ok(token.context("no token in the answer")?.to_owned())
}

/// A client that scripts may use, for the ready file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicClient {
    client_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    scopes: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<&'static str>,
}

/// The clients that the ready file tells.
///
/// # Errors
///
/// When a secret cannot be kept.
pub fn for_scripts(secrets: &Secrets) -> anyhow::Result<[PublicClient; 2]> {
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
