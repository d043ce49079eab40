//! The demo in containers, by `compose.yaml`.

use std::time::Duration;

use anyhow::{Context, ensure};
use demo_world::kept;
use demo_world::secrets::Secrets;
use demo_world::services::SERVICES;
use testkit::scratch::Scratch;
use testkit::supervise::{Afterwards, Process, Program};

use super::Options;
use super::logs;
use super::ready::Ready;
use super::topology::Ports;
use crate::progress::stage;
use crate::{images, workspace};

/// How long everything may take until it is ready, on a busy machine.
const DEADLINE: Duration = Duration::from_mins(5);

/// What the container says that makes the world.
const READY: &str = "RealGuardIO is ready";

/// Containers, networks and volumes. They are gone when this is dropped, or xtask has ended.
pub(super) struct Containers {
    up: Process,
    down: Afterwards,
}

impl Containers {
    pub(super) async fn start(options: &Options, ports: Ports) -> anyhow::Result<Self> {
        images::build_packed(options.small).await?;
        let compose = Compose {
            ports,
            strategy: &options.strategy,
        };
        let down = compose
            .command()?
            .args(["down", "--volumes", "--timeout=10"]);
        let down = down.afterwards()?;
        let up = stage("containers", compose.up()).await?;
        let files = Scratch::new("demo")?;
        for file in ["world/world.json", "demo/secrets.json"] {
            let copy = compose
                .command()?
                .args(["cp", &format!("seed:/run/{file}")]);
            copy.arg(files.path()).run().await?;
        }
        let world = kept::find(files.path())?.context("seed made no world")?;
        let ready = Ready {
            ports,
            secrets: &Secrets::of(files.path())?,
            world: &world,
            processes: [].into(),
        };
        println!(
            "\n`docker compose --project-name={} logs` shows what all of them log; here are their warnings alone.",
            ports.project()
        );
        ready.announce(options.ready_file.as_deref())?;
        println!("Ctrl-C stops everything and removes it.\n");
        Ok(Self { up, down })
    }

    /// Waits until there are no containers, and names them.
    pub(super) async fn end(&mut self) -> String {
        self.up.exited().await;
        "compose".to_owned()
    }

    pub(super) async fn stop(mut self) {
        drop(self.down);
        self.up.exited().await;
    }
}

/// `docker compose` for this demo.
struct Compose<'a> {
    ports: Ports,
    strategy: &'a str,
}

impl Compose<'_> {
    /// Starts everything, and waits until the world is made. Its output is what the services log, of which the terminal shows what is not routine.
    async fn up(&self) -> anyhow::Result<Process> {
        // What was just built and got, or nothing.
        let images = ["--no-build", "--pull=never"];
        let up = self.command()?.args(["--ansi=never", "up"]).args(images);
        // What `seed` says is said again below, when it is true of this machine.
        let up = up.on_line(|line| {
            let told =
                line.contains("Error") || !line.starts_with("seed-") && !logs::is_routine(line);
            if told {
                eprintln!("{line}");
            }
        });
        let over = |line: &str| line.contains(READY) || line.contains("seed-1 exited");
        let (up, line) = up.start_until(over, DEADLINE).await?;
        ensure!(line.contains(READY), "the demo world was not made: {line}");
        Ok(up)
    }

    /// Compose, with everything that it is told but what to do.
    fn command(&self) -> anyhow::Result<Program> {
        let root = workspace::root();
        let compose = images::compose()?
            .arg(format!("--project-name={}", self.ports.project()))
            .arg("--file")
            .arg(root.join("compose.yaml"))
            .arg("--file")
            .arg(root.join("deploy/compose.published.yaml"))
            .env("STRATEGY", self.strategy)
            .env("POSTGRES_PORT", self.ports.postgres().to_string())
            .env("NATS_PORT", self.ports.nats().to_string());
        SERVICES.iter().try_fold(compose, |compose, service| {
            let port = self.ports.of(service).to_string();
            let compose = compose.env(service.variable("PORT"), port);
            if service.operations_port.is_none() {
                return Ok(compose);
            }
            let port = self.ports.operations(service)?.port();
            let port = port.context("an address without a port")?;
            Ok(compose.env(service.variable("OPERATIONS_PORT"), port.to_string()))
        })
    }
}
