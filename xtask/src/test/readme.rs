//! The commands of the README, run as a reader would run them.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use demo_world::http_client;
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use testkit::scratch::Scratch;
use testkit::supervise::Program;

use crate::workspace;

/// Building included, should nothing be built yet.
const DEADLINE: Duration = Duration::from_mins(30);

/// Runs each command in the README's blocks of shell.
pub(crate) async fn run() -> anyhow::Result<()> {
    let readme = fs::read_to_string(workspace::root().join("README.md"))?;
    for command in commands(&readme) {
        match command {
            "cargo xtask demo" => demo().await?,
            // It is running.
            "cargo xtask test" => {}
            unknown => bail!("nothing here runs what the README tells to run: {unknown}"),
        }
    }
    Ok(())
}

/// The lines of all blocks of shell.
fn commands(markdown: &str) -> impl Iterator<Item = &str> {
    let blocks = markdown.split("```sh\n").skip(1);
    blocks
        .filter_map(|rest| rest.split("```").next())
        .flat_map(str::lines)
}

/// Starts the demo beside any other, visits it, and sees that nothing is left when it was told to end.
async fn demo() -> anyhow::Result<()> {
    let scratch = Scratch::new("readme")?;
    let (file, base) = (scratch.path().join("ready.json"), free_base()?);
    let (mut process, _) = Program::new(workspace::binary("xtask")?)
        .args(["demo", "--port-base", &base.to_string(), "--ready-file"])
        .arg(&file)
        .on_orphaned(Signal::SIGTERM)
        .start_until(|line| line.starts_with("RealGuardIO is ready"), DEADLINE)
        .await?;
    let ready: Value = serde_json::from_slice(&fs::read(&file)?)?;
    ensure!(
        ready["ui"] == format!("http://localhost:{base}"),
        "the ready file names {}",
        ready["ui"]
    );
    ensure!(
        ready["accounts"]
            .as_array()
            .is_some_and(|accounts| !accounts.is_empty()),
        "no accounts"
    );
    for service in ready["services"]
        .as_object()
        .context("no services")?
        .values()
    {
        let port = service["url"]
            .as_str()
            .and_then(|url| url.rsplit_once(':'))
            .context("a service without a port")?;
        TcpStream::connect((Ipv4Addr::LOCALHOST, port.1.parse()?))?;
    }
    ask(&ready, &file).await?;
    process.signal(Signal::SIGTERM);
    let status = process.exited().await;
    ensure!(
        status.is_some_and(|status| status.success()),
        "the demo did not end well"
    );
    ensure!(!file.exists(), "the ready file is still there");
    // All are free again.
    listen(base)
}

/// Asks as `docs/how-to/ask-by-curl.md` tells.
async fn ask(ready: &Value, file: &Path) -> anyhow::Result<()> {
    let systems = ready["services"]["security-system-service"]["url"].as_str();
    let systems = format!("{}/securitysystems", systems.context("no address")?);
    let person = token("disarmer@blue-harbor.example", file).await?;
    let asked = http_client()?.get(&systems).bearer_auth(person);
    let list: Value = asked.send().await?.error_for_status()?.json().await?;
    ensure!(
        list["items"].as_array().is_some_and(|list| list.len() == 3),
        "the disarmer sees {list}"
    );
    let system = ready["ids"]["systems"]["Harbor Tower"].as_str();
    let alarms = format!("{systems}/{}/alarms", system.context("no system")?);
    take_a_role_away(ready, file).await?;
    let machine = token("panel-simulator", file).await?;
    let reported = http_client()?.post(alarms).bearer_auth(machine);
    reported.send().await?.error_for_status()?;
    Ok(())
}

/// The viewer's, and gives it back.
async fn take_a_role_away(ready: &Value, file: &Path) -> anyhow::Result<()> {
    let id = |kind: &str, name: &str| {
        let id = ready["ids"][kind][name].as_str();
        id.with_context(|| format!("no id of {name}"))
    };
    let customers = ready["services"]["customer-service"]["url"].as_str();
    let roles = format!(
        "{}/customers/{}/employees/{}/roles",
        customers.context("no address")?,
        id("customers", "Blue Harbor Offices")?,
        id("employees", "viewer@blue-harbor.example")?
    );
    let administrator = token("admin@blue-harbor.example", file).await?;
    for held in [json!([]), json!(["SECURITY_SYSTEM_VIEWER"])] {
        let replaced = http_client()?.put(&roles).bearer_auth(&administrator);
        let body = json!({ "roles": held });
        replaced.json(&body).send().await?.error_for_status()?;
    }
    Ok(())
}

async fn token(who: &str, file: &Path) -> anyhow::Result<String> {
    let token = Program::new(workspace::binary("xtask")?)
        .args(["token", who, "--ready-file"])
        .arg(file);
    Ok(token.run().await?.trim().to_owned())
}

/// The beginning of the demo's ports, on which nobody listens.
fn free_base() -> anyhow::Result<u16> {
    let free = (0..100)
        .filter_map(|_| testkit::port::free().ok())
        .find(|base| *base < 65_000 && listen(*base).is_ok());
    free.context("no room for the demo's ports")
}

fn listen(base: u16) -> anyhow::Result<()> {
    (base..=base + 21).try_for_each(|port| {
        TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .map(drop)
            .with_context(|| format!("port {port} is in use"))
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn commands_are_the_lines_of_shell_blocks() {
        let markdown = "text\n```sh\none\ntwo\n```\n```text\nno\n```\n```sh\nthree\n```\n";
        assert_eq!(
            super::commands(markdown).collect::<Vec<_>>(),
            ["one", "two", "three"]
        );
    }
}
