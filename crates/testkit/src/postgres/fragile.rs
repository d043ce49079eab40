//! A cluster that a test crashes.

use anyhow::Context;
use nix::sys::signal::Signal;
use url::Url;

use super::{Cluster, Installation};
use crate::port;
use crate::scratch::Scratch;

const PASSWORD: &str = "test";

/// The machine does not crash, so its memory is as good as its disk; the server does, so every commit
/// is in there before it is confirmed.
const SETTINGS: &[&str] = &["fsync=off", "full_page_writes=off"];

/// A cluster of one test's own. It keeps what it confirmed, however it ends.
#[derive(Debug)]
pub struct FragileCluster {
    installation: Installation,
    port: u16,
    url: Url,
    cluster: Option<Cluster>,
    files: Scratch,
}

impl FragileCluster {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// When there is no Postgres, or it does not start.
    pub async fn start() -> anyhow::Result<Self> {
        let installation = Installation::find().context("no Postgres on this machine")?;
        let files = Scratch::new("fragile-postgres")?;
        let data = files.path().join("data");
        installation.initialize(&data, PASSWORD).await?;
        let port = port::lasting().await?.local_addr()?.port();
        let cluster = installation.start_with(&data, port, PASSWORD, SETTINGS);
        let cluster = cluster.await?;
        Ok(Self {
            installation,
            port,
            url: cluster.url().clone(),
            cluster: Some(cluster),
            files,
        })
    }

    /// The superuser's address of the database `postgres`.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// Ends the server at once, whatever it is doing, and starts it again: it recovers from its log.
    ///
    /// # Errors
    ///
    /// When it does not start again.
    pub async fn crash(&mut self) -> anyhow::Result<()> {
        if let Some(mut cluster) = self.cluster.take() {
            cluster.process().signal(Signal::SIGQUIT);
            cluster.process().exited().await;
        }
        let data = self.files.path().join("data");
        let restarted = &self.installation;
        let restarted = restarted.start_with(&data, self.port, PASSWORD, SETTINGS);
        self.cluster = Some(restarted.await?);
        Ok(())
    }
}
