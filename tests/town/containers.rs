//! A town of containers: `compose.yaml`, with every service published.

use std::env;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use demo_world::{
    Addresses,
    clients::{PANEL, secret},
    http_client, kept,
    secrets::Secrets,
    seed::World,
    services::{SERVICES, service},
};
use serde_json::Value;
use testcontainers::{
    compose::DockerCompose,
    core::{WaitFor, wait::ExitWaitStrategy},
};
use testkit::{
    port,
    proxy::ChaosProxy,
    scratch::Scratch,
    supervise::{Afterwards, Program},
};
use tokio::sync::Mutex;
use tokio::time::{Instant, interval};
use url::Url;

use super::{Ground, Town};

/// Says by which name Compose is to know the town, so that whoever asked for the stories can see that nothing is left of it.
const PROJECT: &str = "REALGUARDIO_PROJECT";

/// What Compose reads.
const FILES: [&str; 2] = ["compose.yaml", "deploy/compose.published.yaml"];

/// How long a container may take to be healthy.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often to look.
const LOOK: Duration = Duration::from_millis(200);

/// A project of containers, which is gone when this is dropped, or this process has ended.
pub struct Containers {
    project: String,
    /// What `compose.yaml` is told.
    told: Vec<(String, String)>,
    /// Between browsers and the BFF.
    pub entrance: ChaosProxy,
    /// Where the BFF itself is published.
    pub bff: SocketAddr,
    // Ended by `down`, which also ends what a killed process has left.
    _compose: DockerCompose,
    _down: Afterwards,
}

/// A container: the name of its service, and which instance it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part(pub &'static str, pub u8);

fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_owned()
}

/// Docker's client, where Compose plans.
fn docker(arguments: &[&str]) -> Program {
    Program::new("docker")
        .directory(root())
        .args(arguments.iter().copied())
}

impl Containers {
    pub(super) async fn town() -> anyhow::Result<Town> {
        let files = FILES.map(|file| root().join(file));
        let mut compose = DockerCompose::with_local_client(&files).with_wait(false);
        let (mut ports, mut told) = (Vec::new(), Vec::new());
        for variable in variables() {
            // Held until all are found, so that no two are the same.
            let place = port::lasting().await?;
            let port = place.local_addr()?.port();
            compose = compose.with_env(&variable, port.to_string());
            told.push((variable.clone(), port.to_string()));
            ports.push((variable, place));
        }
        let place = |name: &str| -> anyhow::Result<SocketAddr> {
            let told = service(name).context("no such service")?.variable("PORT");
            let found = ports.iter().find(|(variable, _)| *variable == told);
            Ok(found.context("no such port")?.1.local_addr()?)
        };
        let at = |name: &str| local(place(name)?);
        let addresses = Addresses {
            iam: at("iam-service")?,
            customer: at("customer-service")?,
            dealer: at("dealer-service")?,
            monitoring: at("monitoring-service")?,
            security_system: at("security-system-service")?,
        };
        let bff = place("bff")?;
        let entrance = ChaosProxy::start(bff).await?;
        let origin = local(entrance.address())?;
        let known_as = origin.origin().ascii_serialization();
        compose = compose.with_env("PUBLIC_URL", &known_as);
        told.push(("PUBLIC_URL".to_owned(), known_as));
        drop(ports);
        let port = origin.port().unwrap_or_default();
        let project = env::var(PROJECT).unwrap_or_else(|_| format!("realguardio-stories-{port}"));
        let down = [
            "compose",
            "--project-name",
            &project,
            "down",
            "--volumes",
            // Second instances, of which `compose.yaml` says nothing.
            "--remove-orphans",
            "--timeout=5",
        ];
        let down = docker(&down).afterwards()?;
        let seeded = WaitFor::exit(ExitWaitStrategy::new().with_exit_code(0));
        let mut compose = compose
            .with_project_name(&project)
            .with_wait_for_service("seed", seeded);
        let containers = |compose| Self {
            project,
            told,
            entrance,
            bff,
            _compose: compose,
            _down: down,
        };
        if let Err(error) = compose.up().await {
            let logs = containers(compose).logs().await;
            return Err(error).with_context(|| logs);
        }
        let containers = containers(compose);
        let (world, panel) = containers.made().await?;
        let account = world.accounts.first().context("no accounts")?;
        Ok(Town {
            addresses,
            origin,
            password: account.password.clone(),
            client: http_client()?,
            panel,
            door: Mutex::default(),
            world,
            ground: Ground::Containers(Box::new(containers)),
        })
    }

    /// What `seed` has made, and the panels' secret.
    pub async fn made(&self) -> anyhow::Result<(World, String)> {
        let scratch = Scratch::new("world")?;
        for file in ["world/world.json", "demo/secrets.json"] {
            let made = format!("{}-seed-1:/run/{file}", self.project);
            docker(&["cp", &made]).arg(scratch.path()).run().await?;
        }
        let world = kept::find(scratch.path())?.context("seed made no world")?;
        let panel = secret(PANEL, &Secrets::of(scratch.path())?)?;
        Ok((world, panel))
    }

    /// Removes everything but its data, and starts it again.
    pub async fn begin_again(&self) -> anyhow::Result<()> {
        self.compose(&["down", "--timeout=10"]).run().await?;
        let up = self.compose(&["up", "--detach", "--no-build"]);
        up.run().await?;
        let seed = format!("{}-seed-1", self.project);
        let status = docker(&["wait", &seed]).run().await?;
        ensure!(status.trim() == "0", "seed ended with {status}");
        Ok(())
    }

    /// Compose, told what it was told at the beginning.
    fn compose(&self, arguments: &[&str]) -> Program {
        let compose = docker(&["compose", "--project-name", &self.project]);
        let compose = compose.args(FILES.iter().flat_map(|file| ["--file", *file]));
        let compose = compose.args(arguments.iter().copied());
        let told = self.told.iter();
        told.fold(compose, |compose, (name, value)| compose.env(name, value))
    }

    /// All containers, as Docker knows them.
    pub async fn inspected(&self) -> anyhow::Result<Vec<Value>> {
        let project = &self.project;
        let of_project = format!("--filter=label=com.docker.compose.project={project}");
        let all = docker(&["ps", "--all", "--quiet", &of_project]);
        let all = all.run().await?;
        let inspected = docker(&["inspect"]).args(all.split_whitespace());
        Ok(serde_json::from_str(&inspected.run().await?)?)
    }

    /// What everybody has logged, for a story that fails.
    pub async fn logs(&self) -> String {
        let logs = [
            "compose",
            "--project-name",
            &self.project,
            "logs",
            "--no-color",
            "--tail=60",
        ];
        let logs = docker(&logs).run().await;
        logs.unwrap_or_else(|error| format!("no logs: {error:#}"))
    }

    /// Does something with a part, by a command of Docker's client: `pause`, `kill`, `start` …
    pub async fn part(&self, command: &[&str], part: Part) -> anyhow::Result<()> {
        let container = format!("{}-{}-{}", self.project, part.0, part.1);
        docker(command).arg(container).run().await.map(drop)
    }

    /// Starts a second instance of a service behind the same name, published here if anywhere.
    pub async fn second(&self, name: &str, published: Option<SocketAddr>) -> anyhow::Result<()> {
        let container = format!("--name={}-{name}-2", self.project);
        let run = [
            "compose",
            "--project-name",
            &self.project,
            "run",
            "--detach",
            "--no-deps",
        ];
        let publish = published.map(|address| format!("--publish={address}:8080"));
        let run = docker(&run).args(publish);
        let run = run.args(["--use-aliases", &container, name]);
        let told = self.told.iter();
        let run = told.fold(run, |run, (name, value)| run.env(name, value));
        run.run().await.map(drop)
    }

    /// Waits until a service is healthy: asked as Docker asks, which asks seldom.
    pub async fn is_well(&self, part: Part) -> anyhow::Result<()> {
        let container = format!("{}-{}-{}", self.project, part.0, part.1);
        let ask = ["exec", &container, "service", "health"];
        let (begun, mut beat) = (Instant::now(), interval(LOOK));
        while let Err(ill) = docker(&ask).run().await {
            ensure!(begun.elapsed() < PATIENCE, "{container} stays ill: {ill:#}");
            beat.tick().await;
        }
        Ok(())
    }

    /// Takes a part off the network.
    pub async fn detach(&self, part: Part) -> anyhow::Result<()> {
        let network = format!("{}_default", self.project);
        self.part(&["network", "disconnect", &network], part).await
    }

    /// Puts it back, under the name that the others know it by.
    pub async fn attach(&self, part: Part) -> anyhow::Result<()> {
        let network = format!("{}_default", self.project);
        let alias = format!("--alias={}", part.0);
        self.part(&["network", "connect", &alias, &network], part)
            .await
    }

    /// Removes all that is on a volume.
    pub async fn wipe(&self, volume: &str) -> anyhow::Result<()> {
        let volume = format!("{}_{volume}:/wiped", self.project);
        let wipe = "find /wiped -mindepth 1 -delete";
        let run = [
            "run",
            "--rm",
            "--volume",
            &volume,
            "debian:trixie-slim",
            "sh",
            "-c",
            wipe,
        ];
        docker(&run).run().await.map(drop)
    }
}

/// An address of this machine, as browsers write it.
fn local(address: SocketAddr) -> anyhow::Result<Url> {
    Ok(format!("http://localhost:{}", address.port()).parse()?)
}

/// The variables by which ports are told.
fn variables() -> impl Iterator<Item = String> {
    let services = SERVICES.iter().map(|service| service.variable("PORT"));
    let watched = SERVICES
        .iter()
        .filter(|service| service.operations_port.is_some());
    let watched = watched.map(|service| service.variable("OPERATIONS_PORT"));
    let others = ["POSTGRES_PORT", "NATS_PORT"].map(str::to_owned);
    services.chain(watched).chain(others)
}
