//! One service of the house, in this process or one of its own, which can be stopped, killed, and started
//! again at the same address.

use std::{future::Future, net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context as _, bail, ensure};
use chassis::clock::Clocks;
use clap::{Args, Parser};
use testkit::{
    port,
    supervise::{Process, Program},
};
use tokio::{net::TcpListener, task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;
use url::Url;

/// How long a program may take to listen, and to be ready.
const PATIENCE: Duration = Duration::from_mins(1);

/// A service, running or not.
pub struct Service {
    name: &'static str,
    address: SocketAddr,
    clocks: Clocks,
    listener: Option<TcpListener>,
    running: Option<Running>,
}

/// How a service runs.
enum Running {
    /// In this process.
    Here(CancellationToken, JoinHandle<anyhow::Result<()>>),
    /// As a process of its own.
    Apart(Process),
}

#[derive(Parser)]
struct CommandLine<C: Args> {
    #[command(flatten)]
    config: C,
}

/// Reads a configuration as the service's program would.
pub(super) fn parse<C: Args>(arguments: &[String]) -> anyhow::Result<C> {
    let program = std::iter::once("service".to_owned());
    Ok(CommandLine::<C>::try_parse_from(program.chain(arguments.iter().cloned()))?.config)
}

/// The program of a service, which `cargo build` puts beside this one, or above it if this one is a test.
fn program(name: &str) -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe()?;
    let places = this.ancestors().skip(1).take(2);
    let mut programs = places.map(|place| place.join(name));
    programs
        .find(|program| program.is_file())
        .with_context(|| format!("the program {name} is not built: cargo build -p {name}"))
}

impl Service {
    /// A place for a service; callers wait there until it runs.
    pub(super) async fn bind(name: &'static str, clocks: &Clocks) -> anyhow::Result<Self> {
        let listener = port::lasting().await?;
        Ok(Self {
            name,
            address: listener.local_addr()?,
            clocks: clocks.clone(),
            listener: Some(listener),
            running: None,
        })
    }

    /// Starts the service in this process.
    pub(super) fn run<C, F>(
        &mut self,
        run: impl FnOnce(C, Clocks, TcpListener, CancellationToken) -> F,
        arguments: &[String],
    ) -> anyhow::Result<()>
    where
        C: Args,
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let config = parse(arguments).with_context(|| format!("configuration of {}", self.name))?;
        let listener = self.listener.take().context("is running already")?;
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(run(config, self.clocks.clone(), listener, shutdown.clone()));
        self.running = Some(Running::Here(shutdown, task));
        Ok(())
    }

    /// Starts the service as a process of its own, at the place of the one that was stopped, and waits
    /// until it listens there. It goes by the machine's clock.
    pub(super) async fn serve(&mut self, arguments: Vec<String>) -> anyhow::Result<()> {
        let address = self.address.to_string();
        let program = Program::new(program(self.name)?)
            .arg("serve")
            .args(["--listen", &address])
            .args(arguments);
        let listening = move |line: &str| line.contains("listening") && line.contains(&address);
        let (process, _) = program.start_until(listening, PATIENCE).await?;
        self.running = Some(Running::Apart(process));
        Ok(())
    }

    /// Stops the service as SIGTERM would, and keeps its place.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        match self.running.take().context("is not running")? {
            Running::Here(shutdown, task) => {
                shutdown.cancel();
                task.await??;
            }
            Running::Apart(_) => bail!("processes are killed"),
        }
        Ok(())
    }

    /// `kill -9`, and keeps its place.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        match self.running.take().context("is not running")? {
            Running::Here(..) => bail!("it is this process"),
            Running::Apart(process) => process.kill().await,
        }
        Ok(())
    }

    fn runs_here(&self) -> bool {
        matches!(&self.running, Some(Running::Here(_, task)) if !task.is_finished())
    }

    /// Waits until it ends by itself, which it should not, and tells why if it is known.
    pub async fn ended(&mut self) -> anyhow::Result<()> {
        match &mut self.running {
            Some(Running::Here(_, task)) => task.await?,
            Some(Running::Apart(process)) => {
                process.exited().await;
                Ok(())
            }
            None => std::future::pending().await,
        }
    }

    /// Makes the place of a stopped service ready for another start.
    pub(super) async fn rebind(&mut self) -> anyhow::Result<()> {
        self.listener = Some(TcpListener::bind(self.address).await?);
        Ok(())
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its place.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its place, as an address to call.
    pub fn url(&self) -> anyhow::Result<Url> {
        Ok(format!("http://{}", self.address).parse()?)
    }

    /// Where it is watched: at its own address, or beside it where people are to see nothing of it.
    pub(crate) fn operations(&self) -> SocketAddr {
        if ["bff", "iam-service"].contains(&self.name) {
            // Another address of this machine, of which no other test takes a port.
            SocketAddr::new([127, 0, 0, 2].into(), self.address.port())
        } else {
            self.address
        }
    }

    /// The same as an address, when the service answers there.
    pub(crate) async fn watched(&self, client: &reqwest::Client) -> anyhow::Result<Url> {
        // Where people are answered, both addresses are listened at.
        client.get(self.url()?).send().await?;
        Ok(format!("http://{}", self.operations()).parse()?)
    }

    /// Waits until it is ready, or tells why it ended instead. On a busy machine the first connection to a database
    /// takes its time, and a service that has none yet says that it is not ready.
    pub(super) async fn starts(&mut self, client: &reqwest::Client) -> anyhow::Result<()> {
        let comes_up = async {
            loop {
                match self.is_ready(client).await {
                    Err(_) if self.runs_here() => {}
                    ready => return ready,
                }
            }
        };
        let ready = timeout(PATIENCE, comes_up).await;
        let name = self.name;
        let ready = ready.with_context(|| format!("{name} does not become ready"))?;
        if ready.is_err() {
            self.ended()
                .await
                .with_context(|| format!("{name} ended"))?;
        }
        ready
    }

    /// Expects it to be ready.
    pub async fn is_ready(&self, client: &reqwest::Client) -> anyhow::Result<()> {
        let answer = client
            .get(self.watched(client).await?.join("/health/ready")?)
            .send()
            .await?;
        let status = answer.status();
        ensure!(
            status.is_success(),
            "{} is not ready: {status} {}",
            self.name,
            answer.text().await?
        );
        Ok(())
    }
}
