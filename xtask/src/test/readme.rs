//! The commands of the README, run as a reader would run them. Each block of the README is shell, of which each line is
//! run, or text.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use demo_world::http_client;
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use testkit::scratch::Scratch;
use testkit::supervise::{Program, find};
use tokio::time::{Instant, interval};

use crate::workspace;

/// How a service is frozen.
const FREEZE: &str = "kill -STOP ";

/// How long it may take until facts are too old, or new again.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often to look.
const LOOK: Duration = Duration::from_millis(500);

/// Building included, should nothing be built yet.
const DEADLINE: Duration = Duration::from_mins(30);

/// Runs each command in the README's blocks of shell.
pub(crate) async fn run() -> anyhow::Result<()> {
    let readme = fs::read_to_string(workspace::root().join("README.md"))?;
    let commands = commands(&readme)?;
    let mut freezing = commands.iter().copied();
    let freeze = freezing.find(|command| command.starts_with(FREEZE));
    let freeze = freeze.context("nothing is frozen")?;
    for command in commands {
        match command {
            "cargo xtask demo" => demo(free_base()?, &[], Some(freeze)).await?,
            // It is running.
            "cargo xtask test" => {}
            // In the demo.
            frozen if frozen == freeze => {}
            unknown => bail!("nothing here runs what the README tells to run: {unknown}"),
        }
    }
    Ok(())
}

/// The lines of all blocks of shell. There is no other but of text: nobody would run it.
fn commands(markdown: &str) -> anyhow::Result<Vec<&str>> {
    let (mut commands, mut block) = (Vec::new(), None);
    for line in markdown.lines() {
        match (block, line.strip_prefix("```")) {
            (None, Some(kind)) => {
                let known = ["sh", "text"].contains(&kind);
                ensure!(known, "nobody runs what a block of `{kind}` tells");
                block = Some(kind);
            }
            (Some(_), Some(_)) => block = None,
            (Some("sh"), None) => commands.push(line),
            _ => {}
        }
    }
    Ok(commands)
}

/// Starts the demo beside any other, visits it, freezes a service as told, and sees that nothing is left when it was told
/// to end.
pub(super) async fn demo(base: u16, options: &[&str], freeze: Option<&str>) -> anyhow::Result<()> {
    let scratch = Scratch::new("readme")?;
    let file = scratch.path().join("ready.json");
    let (mut process, _) = Program::new(workspace::binary("xtask")?)
        .args(["demo", "--port-base", &base.to_string(), "--ready-file"])
        .arg(&file)
        .args(options.iter().copied())
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
    if let Some(freeze) = freeze {
        break_it(&ready, &file, freeze).await?;
    }
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

/// Freezes an owner of facts until nobody knows who may disarm, and heals it.
async fn break_it(ready: &Value, file: &Path, freeze: &str) -> anyhow::Result<()> {
    if find("jq").is_none() {
        eprintln!("  not run, for want of jq: {freeze}");
        return Ok(());
    }
    disarming_is_answered("", ready, file).await?;
    shell(freeze, file).await?;
    let undecided = disarming_is_answered("/undecided", ready, file).await;
    let heal = freeze.replacen(FREEZE, "kill -CONT ", 1);
    shell(&heal, file).await?;
    undecided?;
    disarming_is_answered("", ready, file).await
}

/// Runs a command where the ready file is.
async fn shell(command: &str, file: &Path) -> anyhow::Result<()> {
    let directory = file.parent().context("a file without a directory")?;
    let shell = Program::new("sh").args(["-c", command]);
    shell.directory(directory).run().await.map(drop)
}

/// Waits until the answer to an attempt to disarm is a problem of this kind; none, where it succeeds.
async fn disarming_is_answered(kind: &str, ready: &Value, file: &Path) -> anyhow::Result<()> {
    let systems = ready["services"]["security-system-service"]["url"].as_str();
    let system = ready["ids"]["systems"]["Harbor Warehouse"].as_str();
    let (systems, system) = systems.zip(system).context("no system")?;
    let system = format!("{systems}/securitysystems/{system}");
    let person = token("disarmer@blue-harbor.example", file).await?;
    let disarm = json!({ "action": "DISARM" });
    let (begun, mut beat) = (Instant::now(), interval(LOOK));
    loop {
        beat.tick().await;
        let attempt = http_client()?.put(&system).bearer_auth(&person);
        let answer = attempt.json(&disarm).send().await?;
        let succeeded = answer.status().is_success();
        let told: Value = answer.json().await?;
        let problem = told["type"].as_str().unwrap_or_default();
        if succeeded == kind.is_empty() && problem.ends_with(kind) {
            return Ok(());
        }
        ensure!(begun.elapsed() < PATIENCE, "to disarm is answered {told}");
    }
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
pub(super) fn free_base() -> anyhow::Result<u16> {
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
        assert_eq!(super::commands(markdown).unwrap(), ["one", "two", "three"]);
    }

    #[test]
    fn no_block_is_run_by_nobody() {
        assert!(super::commands("```bash\none\n```\n").is_err());
    }
}
