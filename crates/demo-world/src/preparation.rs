//! The files that the parts of a demo read their secrets from: a directory for each part, so that each can be shown
//! its own and no other.
//!
//! ```text
//! iam-service/          database-url nats-url client-secret iam-secrets clients.json
//! authz-service/        database-url nats-url cursor-key
//! bff/                  database-url nats-url client-secret session-keys
//! customer-service/ …   database-url nats-url client-secret
//! owners/               one file for each service: its database's address as the owner, for `migrate`
//! postgres/ nats/       what the servers read, where they are given files: `servers`
//! seed/                 what whoever makes the world tells of: `seed`
//! ```

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use url::Url;

use crate::clients::{PANEL, clients};
use crate::databases::{self, Role};
use crate::secrets::{DEMO_PASSWORD, Secrets, write, write_private};
use crate::services::{SERVICES, Service};
use crate::{broker, clients, drawn};

/// Where the parts of a demo reach one another.
#[derive(Clone, Debug)]
pub struct Places {
    /// Postgres, as `host:port`.
    pub postgres: String,
    /// NATS, as `host:port`.
    pub nats: String,
    /// The BFF, where browsers reach it.
    pub browsers: Url,
    /// The BFF, where iam-service reaches it.
    pub back_channel: Url,
}

/// Writes the files of the services below `directory`. What is there is written anew, with the secrets that are kept.
///
/// # Errors
///
/// When something cannot be written or kept.
pub fn services(directory: &Path, places: &Places, secrets: &Secrets) -> anyhow::Result<()> {
    let owners = directory.join("owners");
    fs::create_dir_all(&owners)?;
    for service in SERVICES {
        let url = Role::Owner.url(service.name, &places.postgres, secrets)?;
        write_private(&owners.join(service.name), url.as_bytes())?;
        let own = directory.join(service.name);
        fs::create_dir_all(&own)?;
        for (file, text) in files(service, places, secrets)? {
            write_private(&own.join(file), text.as_bytes())?;
        }
    }
    Ok(())
}

/// Writes the files of Postgres and NATS below `directory`, for servers in containers.
///
/// # Errors
///
/// When something cannot be written or kept.
pub fn servers(directory: &Path, secrets: &Secrets) -> anyhow::Result<()> {
    let postgres = directory.join("postgres");
    fs::create_dir_all(&postgres)?;
    for (file, text) in [
        ("password", secrets.get("postgres")?),
        ("databases.sql", databases::script(secrets)?),
    ] {
        // Postgres is another user, of our group there.
        write(&postgres.join(file), text.as_bytes(), 0o640)?;
    }
    let nats = directory.join("nats");
    fs::create_dir_all(&nats)?;
    let mut configuration = broker::configuration("0.0.0.0:4222", "/data", secrets)?;
    // Asks nobody who they are, so nobody but its own container reaches it: by it is seen whether the server is well.
    configuration.push_str("http: \"127.0.0.1:8222\"\n");
    Ok(write_private(
        &nats.join("nats.conf"),
        configuration.as_bytes(),
    )?)
}

/// Writes the secrets that people and scripts are told below `directory`, for whoever makes the world: the accounts' password,
/// and the panel's secret.
///
/// # Errors
///
/// When something cannot be written or kept.
pub fn seed(directory: &Path, secrets: &Secrets) -> anyhow::Result<()> {
    secrets.demo_password()?;
    clients::secret(PANEL, secrets)?;
    let seed = directory.join("seed");
    fs::create_dir_all(&seed)?;
    secrets.share(&[DEMO_PASSWORD, &clients::secret_of(PANEL)], &seed)
}

/// What a service reads, by the names of the files.
fn files(
    service: &Service,
    places: &Places,
    secrets: &Secrets,
) -> anyhow::Result<Vec<(&'static str, String)>> {
    let name = service.name;
    let mut files = vec![
        (
            "database-url",
            Role::Runtime.url(name, &places.postgres, secrets)?,
        ),
        ("nats-url", broker::url(name, &places.nats, secrets)?),
    ];
    if service.is_client() {
        files.push(("client-secret", clients::secret(name, secrets)?));
    }
    match name {
        "iam-service" => {
            let secret = |client: &str| clients::secret(client, secrets);
            let clients = clients(&places.browsers, &places.back_channel, secret)?;
            files.push(("clients.json", serde_json::to_string_pretty(&clients)?));
            files.push(("iam-secrets", secrets.get("iam-secrets")?));
        }
        "authz-service" => files.push(("cursor-key", secrets.get("cursor-key")?)),
        "bff" => {
            let key = secrets.get_or("session-key", || {
                BASE64_URL_SAFE_NO_PAD.encode(drawn::<[u8; 32]>())
            })?;
            files.push(("session-keys", format!("demo:{key}")));
        }
        _ => {}
    }
    Ok(files)
}
