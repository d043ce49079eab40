//! An independent client in another language, the Python library `authlib`, used as it is.

use std::process::Stdio;

use anyhow::Context as _;
use chassis::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;

use crate::client::REDIRECT;
use crate::service::{PASSWORD, Service};

const ADA: &str = "ada@example.com";

/// Says where authlib is.
const VARIABLE: &str = "REALGUARDIO_AUTHLIB";

/// What to do where that is not said.
const MISSING: &str = "this test needs the Python library authlib: run it by `cargo xtask test`, which fetches it, or set \
     REALGUARDIO_AUTHLIB to a directory made by `pip install --target DIRECTORY authlib requests`";

#[tokio::test]
async fn authlib_signs_somebody_in() -> anyhow::Result<()> {
    let library = std::env::var_os(VARIABLE).context(MISSING)?;
    let service = Service::start().await?;
    // This client looks at the machine's clock.
    service.clock.set(SystemClock.now());
    let ada = service.user(ADA, "Ada Lovelace").await?;
    let mut python = Command::new("python3")
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/it/sign_in_by_authlib.py"
        ))
        .args([service.iss(), REDIRECT])
        .env("PYTHONPATH", library)
        .env("NO_PROXY", "*")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut tell = python.stdin.take().context("no input")?;
    let mut told = BufReader::new(python.stdout.take().context("no output")?).lines();

    let address = told.next_line().await?.context("authlib has no address")?;
    let address: String = serde_json::from_str(&address)?;
    let answer = service.browser().sign_in(&address, ADA, PASSWORD).await?;
    let callback = answer.location.context("nobody was signed in")?;
    tell.write_all(format!("{callback}\n").as_bytes()).await?;

    let outcome = told.next_line().await?.context("authlib has failed")?;
    let outcome: Value = serde_json::from_str(&outcome)?;
    assert_eq!(
        outcome,
        json!({ "sub": ada, "email": ADA, "refreshed": true, "again": 200 })
    );
    assert!(python.wait().await?.success());
    Ok(())
}
