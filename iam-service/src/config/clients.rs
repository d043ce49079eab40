//! The file of registered clients.
//!
//! ```json
//! [
//!   {
//!     "clientId": "bff",
//!     "clientSecret": "…",
//!     "redirectUris": ["https://app.example/bff/callback"],
//!     "postLogoutRedirectUris": ["https://app.example/"],
//!     "backchannelLogoutUri": "https://app.example/bff/backchannel-logout",
//!     "homeUri": "https://app.example/",
//!     "audiences": ["iam-service", "customer-service", "security-system-service"],
//!     "facts": true
//!   },
//!   {
//!     "clientId": "security-system-service",
//!     "clientSecret": "…",
//!     "machineScopes": { "customer-service": ["facts:read", "locations:reserve"] }
//!   }
//! ]
//! ```
//!
//! `audiences` are the services that a *user's* token of the client is for; `facts`, whether it claims facts, as the one
//! of the BFF does, which no browser sees; `machineScopes` says what the client may do
//! *itself*, per service. A client without a secret is public: it signs people in by PKCE alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, ensure};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use crate::domain::client::{Client, Clients, DEMO_CLIENT};

/// The fewest characters of a client's secret.
const SHORTEST_SECRET: usize = 16;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Entry {
    client_id: String,
    client_secret: Option<SecretString>,
    #[serde(default)]
    redirect_uris: Vec<Url>,
    #[serde(default)]
    post_logout_redirect_uris: Vec<Url>,
    backchannel_logout_uri: Option<Url>,
    home_uri: Option<Url>,
    #[serde(default)]
    audiences: Vec<String>,
    #[serde(default)]
    facts: bool,
    #[serde(default)]
    machine_scopes: BTreeMap<String, BTreeSet<String>>,
}

/// Reads the clients. The one for scripts exists in demo mode only.
///
/// # Errors
///
/// When the file cannot be read, or a client cannot work as it is written.
pub(super) fn read_clients(file: &Path, demo: bool) -> anyhow::Result<Clients> {
    let text = std::fs::read(file)
        .with_context(|| format!("CLIENTS_FILE: cannot read {}", file.display()))?;
    parse(&text, demo).with_context(|| format!("CLIENTS_FILE: {}", file.display()))
}

fn parse(text: &[u8], demo: bool) -> anyhow::Result<Clients> {
    let entries: Vec<Entry> = serde_json::from_slice(text)?;
    let mut ids = BTreeSet::new();
    for entry in &entries {
        let id = &entry.client_id;
        ensure!(ids.insert(id), "the client {id} is there twice");
        check(entry, demo).with_context(|| format!("the client {id}"))?;
    }
    Ok(entries.into_iter().map(Client::from).collect())
}

fn check(entry: &Entry, demo: bool) -> anyhow::Result<()> {
    ensure!(
        demo || entry.client_id != DEMO_CLIENT,
        "is for demonstrations only"
    );
    ensure!(
        entry.redirect_uris.is_empty() || !entry.audiences.is_empty(),
        "signs people in for no service"
    );
    ensure!(
        entry.machine_scopes.is_empty() || entry.client_secret.is_some(),
        "acts by itself without a secret"
    );
    ensure!(
        !entry.facts || entry.client_secret.is_some(),
        "would show facts to whoever has its tokens, without a secret"
    );
    let long_enough = |secret: &SecretString| secret.expose_secret().len() >= SHORTEST_SECRET;
    ensure!(
        entry.client_secret.as_ref().is_none_or(long_enough),
        "its secret is shorter than {SHORTEST_SECRET}"
    );
    for uri in entry
        .redirect_uris
        .iter()
        .chain(&entry.post_logout_redirect_uris)
    {
        ensure!(
            matches!(uri.scheme(), "http" | "https") && uri.fragment().is_none(),
            "{uri} is no place to return to"
        );
    }
    Ok(())
}

impl From<Entry> for Client {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.client_id,
            secret: entry.client_secret,
            redirect_uris: entry.redirect_uris,
            post_logout_redirect_uris: entry.post_logout_redirect_uris,
            backchannel_logout_uri: entry.backchannel_logout_uri,
            home_uri: entry.home_uri,
            audiences: entry.audiences,
            tells_facts: entry.facts,
            machine_scopes: entry.machine_scopes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(json: &str) -> String {
        format!("{:#}", parse(json.as_bytes(), false).unwrap_err())
    }

    #[test]
    fn clients_that_cannot_work_are_refused_at_the_start() {
        assert!(refused(r#"[{"clientId": "a"}, {"clientId": "a"}]"#).contains("twice"));
        assert!(refused(r#"[{"clientId": "realguardio-cli"}]"#).contains("demonstrations"));
        assert!(
            refused(r#"[{"clientId": "a", "redirectUris": ["https://a.example/"]}]"#)
                .contains("no service")
        );
        assert!(
            refused(r#"[{"clientId": "a", "machineScopes": {"b": ["c"]}}]"#)
                .contains("without a secret")
        );
        assert!(refused(r#"[{"clientId": "a", "clientSecret": "short"}]"#).contains("shorter"));
        assert!(
            refused(r#"[{"clientId": "a", "postLogoutRedirectUris": ["javascript:x"]}]"#)
                .contains("no place")
        );
        assert!(
            refused(r#"[{"clientId": "a", "redirectUri": "https://a.example/"}]"#)
                .contains("unknown field")
        );
    }

    #[test]
    fn a_secret_does_not_print() {
        let clients = parse(
            br#"[{"clientId": "a", "clientSecret": "0123456789abcdef"}]"#,
            false,
        )
        .unwrap();
        assert!(!format!("{clients:?}").contains("0123456789abcdef"));
    }
}
