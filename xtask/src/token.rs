//! `cargo xtask token`: signs in to a running demo as one of its accounts, for questions by `curl`.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use demo_world::visitor::Visitor;
use serde_json::Value;
use url::Url;

use crate::demo::http_client;

/// Print an access token of one of the demo's accounts, for use with curl
#[derive(Args)]
pub(crate) struct Options {
    /// The account, such as disarmer@blue-harbor.example
    email: String,
    /// What the demo wrote when it was ready
    #[arg(long, default_value = "ready.json", value_name = "FILE")]
    ready_file: PathBuf,
}

/// Signs in as a person would, by authorization code and PKCE, and prints what came of it.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let file = &options.ready_file;
    let ready = fs::read(file).with_context(|| {
        let file = file.display();
        format!("no {file}: start the demo with --ready-file {file}")
    })?;
    let ready: Value = serde_json::from_slice(&ready)?;
    let issuer = ready["services"]["iam-service"]["url"].as_str();
    let issuer: Url = issuer.context("no iam-service in the file")?.parse()?;
    let password = password(&ready, &options.email)?;
    let mut visitor = Visitor::new(http_client()?);
    println!(
        "{}",
        visitor.sign_in(&issuer, &options.email, password).await?
    );
    Ok(())
}

fn password<'a>(ready: &'a Value, email: &str) -> anyhow::Result<&'a str> {
    let accounts = ready["accounts"].as_array().into_iter().flatten();
    accounts
        .filter(|account| account["email"] == email)
        .find_map(|account| account["password"].as_str())
        .with_context(|| format!("the demo has no account {email}"))
}
