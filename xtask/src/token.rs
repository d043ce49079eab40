//! `cargo xtask token`: gets a token of a running demo, for questions by `curl`.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use demo_world::clients::machine_token;
use demo_world::http_client;
use demo_world::visitor::Visitor;
use serde_json::Value;
use url::Url;

/// Print an access token of one of the demo's accounts or machine clients, for use with curl
#[derive(Args)]
pub(crate) struct Options {
    /// The account or client, such as disarmer@blue-harbor.example or panel-simulator
    who: String,
    /// What the demo wrote when it was ready
    #[arg(long, default_value = "ready.json", value_name = "FILE")]
    ready_file: PathBuf,
}

/// Signs in, a person by authorization code and PKCE, a machine by its secret, and prints what came of it.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let file = &options.ready_file;
    let ready = fs::read(file).with_context(|| {
        let file = file.display();
        format!("no {file}: start the demo with --ready-file {file}")
    })?;
    let ready: Value = serde_json::from_slice(&ready)?;
    let issuer = ready["services"]["iam-service"]["url"].as_str();
    let issuer: Url = issuer.context("no iam-service in the file")?.parse()?;
    let who = &*options.who;
    let token = if let Some(password) = of(&ready["accounts"], ["email", who], "password") {
        let mut visitor = Visitor::new(http_client()?);
        visitor.sign_in(&issuer, who, password).await?
    } else {
        let secret = of(&ready["clients"], ["clientId", who], "clientSecret");
        let secret =
            secret.with_context(|| format!("the demo has no account or machine client {who}"))?;
        machine_token(&http_client()?, &issuer, who, secret).await?
    };
    println!("{token}");
    Ok(())
}

/// What is said of the one of this name.
fn of<'a>(all: &'a Value, [key, name]: [&str; 2], said: &str) -> Option<&'a str> {
    let mut all = all.as_array().into_iter().flatten();
    all.find(|one| one[key] == name)?[said].as_str()
}
