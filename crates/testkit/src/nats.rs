//! A NATS server per test.

mod published;

pub use published::Published;

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use async_nats::jetstream;
use url::Url;

use crate::scratch::Scratch;
use crate::supervise::{Process, Program, find};
use nix::sys::signal::Signal;

const DEADLINE: Duration = Duration::from_secs(20);

/// What to do where there is no server to start.
const MISSING: &str = "these tests need a real NATS server: nats-server is not in PATH (Debian, Ubuntu: `apt-get install nats-server`)";

/// A NATS server with `JetStream`, with files of its own. It is killed when dropped.
#[derive(Debug)]
pub struct TestNats {
    scratch: Scratch,
    process: Option<Process>,
    port: u16,
}

impl TestNats {
    /// Starts a server that lets everybody do everything.
    ///
    /// # Errors
    ///
    /// When there is no `nats-server`, or it does not start.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_with("").await
    }

    /// Starts a server with more configuration, such as an `authorization { … }` block.
    ///
    /// # Errors
    ///
    /// When there is no `nats-server`, or it refuses the configuration.
    pub async fn start_with(configuration: &str) -> anyhow::Result<Self> {
        let scratch = Scratch::new("nats")?;
        fs::write(scratch.path().join("extra.conf"), configuration)?;
        let mut nats = Self {
            scratch,
            process: None,
            port: 0,
        };
        nats.restart().await?;
        Ok(nats)
    }

    /// Stops the server, as an operator would. Its files stay.
    pub async fn stop(&mut self) {
        if let Some(process) = self.process.take() {
            process.stop(Signal::SIGTERM).await;
        }
    }

    /// Kills the server, as a crash would. Its files stay.
    pub async fn kill(&mut self) {
        if let Some(process) = self.process.take() {
            process.kill().await;
        }
    }

    /// Starts the server again on the same port and the same files, stopping it first when it runs.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.stop().await;
        let configuration = self.scratch.path().join("nats.conf");
        fs::write(&configuration, self.configuration())?;
        let (process, port) = launch(&configuration).await?;
        self.process = Some(process);
        self.port = port;
        Ok(())
    }

    /// Removes all that the server stored, and starts it again: storage was lost.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub async fn lose_storage(&mut self) -> anyhow::Result<()> {
        self.kill().await;
        fs::remove_dir_all(self.scratch.path().join("jetstream"))?;
        self.restart().await
    }

    /// Keeps what the server has stored so far, for [`fall_back`](Self::fall_back).
    ///
    /// # Errors
    ///
    /// When it cannot be copied, or the server does not start again.
    pub async fn keep_storage(&mut self) -> anyhow::Result<()> {
        self.stop().await;
        copy(
            &self.scratch.path().join("jetstream"),
            &self.scratch.path().join("kept"),
        )?;
        self.restart().await
    }

    /// Puts back what was kept, and forgets what was stored since: the end of all storage was lost.
    ///
    /// # Errors
    ///
    /// When nothing was kept, or the server does not start.
    pub async fn fall_back(&mut self) -> anyhow::Result<()> {
        self.kill().await;
        let store = self.scratch.path().join("jetstream");
        fs::remove_dir_all(&store)?;
        fs::rename(self.scratch.path().join("kept"), &store)?;
        self.restart().await
    }

    /// Where the server listens, also after a restart.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), self.port)
    }

    /// The server's address, without a user.
    ///
    /// # Errors
    ///
    /// Never in practice: the address is well-formed.
    pub fn url(&self) -> anyhow::Result<Url> {
        Ok(format!("nats://127.0.0.1:{}", self.port).parse()?)
    }

    /// A connection as one of the configured users.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached or does not know the user.
    pub async fn client_of(
        &self,
        user: &str,
        password: &str,
    ) -> anyhow::Result<async_nats::Client> {
        // The client library ignores a user in the address.
        let options =
            async_nats::ConnectOptions::with_user_and_password(user.into(), password.into());
        Ok(options.connect(self.url()?.as_str()).await?)
    }

    /// A connection without a user.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached.
    pub async fn client(&self) -> anyhow::Result<async_nats::Client> {
        async_nats::connect(self.url()?.as_str())
            .await
            .context("connect to the test's NATS server")
    }

    /// `JetStream` on a connection without a user.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached.
    pub async fn jetstream(&self) -> anyhow::Result<jetstream::Context> {
        Ok(jetstream::new(self.client().await?))
    }

    /// The first start lets the server choose a port (-1); later ones keep it.
    fn configuration(&self) -> String {
        let port = if self.port == 0 {
            -1
        } else {
            i32::from(self.port)
        };
        let store = self.scratch.path().join("jetstream");
        format!(
            "listen: \"127.0.0.1:{port}\"\njetstream {{ store_dir: \"{}\" }}\ninclude ./extra.conf\n",
            store.display()
        )
    }
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (entry, to) = entry.map(|entry| (entry.path(), to.join(entry.file_name())))?;
        if entry.is_dir() {
            copy(&entry, &to)?;
        } else {
            fs::copy(&entry, &to)?;
        }
    }
    Ok(())
}

/// Starts `nats-server` on a configuration file; gives back the port that it listens on.
///
/// # Errors
///
/// When there is no `nats-server`, or it refuses the configuration.
pub async fn launch(configuration: &Path) -> anyhow::Result<(Process, u16)> {
    let (tell, heard) = std::sync::mpsc::channel();
    let (process, _) = Program::new(find("nats-server").context(MISSING)?)
        .arg("--config")
        .arg(configuration)
        .on_orphaned(Signal::SIGTERM)
        .on_line(move |line| {
            if let Some((_, address)) = line.split_once("Listening for client connections on ") {
                let _ = tell.send(address.to_owned());
            }
        })
        .start_until(|line| line.ends_with("Server is ready"), DEADLINE)
        .await?;
    let address = heard
        .try_recv()
        .context("nats-server did not say where it listens")?;
    let (_, port) = address
        .rsplit_once(':')
        .context("nats-server listens nowhere")?;
    Ok((process, port.parse()?))
}
