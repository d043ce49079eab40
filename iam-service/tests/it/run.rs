//! The service as it is run: workers, broker and all.

use std::path::Path;

use chassis::clock::Clocks;
use clap::Parser;
use iam_service::Config;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use testkit::nats::TestNats;
use testkit::postgres::TestDatabase;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    config: Config,
}

fn config(directory: &Path, issuer: &str, more: &[&str]) -> anyhow::Result<Config> {
    let clients = directory.join("clients.json");
    let secret = "the secret of customer-service";
    let entry = serde_json::json!([
        { "clientId": "customer-service", "clientSecret": secret, "machineScopes": { "iam-service": ["users:write"] } },
    ]);
    std::fs::write(&clients, entry.to_string())?;
    let clients = clients.display().to_string();
    let secrets = "0123456789abcdef0123456789abcdef, fedcba9876543210fedcba9876543210";
    let flags = [
        "test",
        "--issuer",
        issuer,
        "--clients",
        &clients,
        "--iam-secrets",
        secrets,
    ];
    Ok(Flags::try_parse_from(flags.iter().chain(more))?.config)
}

#[tokio::test]
async fn a_service_starts_serves_and_stops() -> anyhow::Result<()> {
    let (database, nats) = (
        TestDatabase::create(async |_| anyhow::Ok(())).await?,
        TestNats::start().await?,
    );
    let directory = tempfile::tempdir()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let issuer = format!("http://localhost:{}", listener.local_addr()?.port());
    // Another address of this machine, of which no test takes a port.
    let operations = format!("127.0.0.2:{}", listener.local_addr()?.port());
    let (database_url, nats_url) = (database.url().to_string(), nats.url()?.to_string());
    let more = [
        "--demo",
        "--database-url",
        &database_url,
        "--nats-url",
        &nats_url,
        "--operations-listen",
        &operations,
    ];
    let config = config(directory.path(), &issuer, &more)?;
    database::migrate(&config.database.url()?, iam_service::migrate).await?;
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(iam_service::run(
        config,
        Clocks::system(),
        listener,
        shutdown.clone(),
    ));

    let http = chassis::client::http_client()?;
    // In a demonstration, at both addresses.
    for address in [&issuer, &format!("http://{operations}")] {
        let ready = http.get(format!("{address}/health/ready")).send().await?;
        assert_eq!(ready.status(), 200, "{address}");
    }
    let token: Value = http
        .post(format!("{issuer}/oauth2/token"))
        .basic_auth("customer-service", Some("the+secret+of+customer-service"))
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await?
        .json()
        .await?;
    let hired = http
        .post(format!("{issuer}/users"))
        .bearer_auth(token["access_token"].as_str().unwrap_or_default())
        .json(&serde_json::json!({
            "email": "ada@example.com", "onBehalfOf": uuid::Uuid::from_u128(7),
        }))
        .send()
        .await?;
    assert_eq!(hired.status(), 201);
    assert_eq!(hired.headers()["consistency-token"], "iam-service=\"1:1\"");
    shutdown.cancel();
    running.await??;
    Ok(())
}

#[tokio::test]
async fn what_is_missing_is_said_at_the_start() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let config = config(directory.path(), "http://localhost:1", &[])?;
    let no_mail = config
        .smtp()
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    assert!(no_mail.contains("SMTP_URL"), "{no_mail}");
    assert!(
        !format!("{config:?}").contains("0123456789abcdef"),
        "secrets do not print"
    );
    let secrets = config
        .secrets
        .iam_secrets
        .as_ref()
        .map(|secrets| secrets.expose_secret().len());
    assert_eq!(secrets, Some(66));
    for lifetime in ["1m", "6m", "never"] {
        let flags = [
            "test",
            "--clients",
            "x",
            "--access-token-lifetime",
            lifetime,
        ];
        assert!(Flags::try_parse_from(flags).is_err(), "{lifetime}");
    }
    Ok(())
}
