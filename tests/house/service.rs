//! One service of the house, which can be stopped and started again at the same address.

use std::{future::Future, net::SocketAddr};

use anyhow::{Context as _, ensure};
use chassis::clock::Clocks;
use clap::{Args, Parser};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;
use url::Url;

/// A service, running or not.
pub struct Service {
    name: &'static str,
    address: SocketAddr,
    clocks: Clocks,
    listener: Option<TcpListener>,
    running: Option<(CancellationToken, JoinHandle<anyhow::Result<()>>)>,
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

impl Service {
    /// A place for a service; callers wait there until it runs.
    pub(super) async fn bind(name: &'static str, clocks: &Clocks) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        Ok(Self {
            name,
            address: listener.local_addr()?,
            clocks: clocks.clone(),
            listener: Some(listener),
            running: None,
        })
    }

    /// Starts the service.
    pub fn run<C, F>(
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
        self.running = Some((shutdown, task));
        Ok(())
    }

    /// Stops the service as SIGTERM would, and keeps its place.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        let (shutdown, task) = self.running.take().context("is not running")?;
        shutdown.cancel();
        task.await??;
        Ok(())
    }

    /// Makes the place of a stopped service ready for another start.
    pub async fn rebind(&mut self) -> anyhow::Result<()> {
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

    /// Waits until something at this place answers; a program of its own takes a moment to listen.
    pub async fn answers(&self) -> anyhow::Result<()> {
        let patience = std::time::Duration::from_secs(30);
        let connect = async {
            while TcpStream::connect(self.address).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(patience, connect)
            .await
            .with_context(|| format!("{} does not listen", self.name))
    }

    /// Where it is watched: at its own address, or beside it where people are to see nothing of it.
    pub(crate) fn operations(&self) -> SocketAddr {
        if self.name == "bff" {
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
