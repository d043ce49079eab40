//! `cargo xtask demo`: everything, really running, on this machine.
//!
//! 1. [`parts`]: what is missing is installed, what is ours is built;
//! 2. [`database`] and [`broker`]: Postgres and NATS as child processes, with a role and a user for each service
//!    that may do what this service needs and nothing else;
//! 3. [`services`]: migrated, started on loopback, waited for until they say that they are ready;
//! 4. [`world`]: the demo world is made through the public APIs, beginning with `iam-service bootstrap`;
//! 5. [`ready`]: addresses, accounts and ids are told to people, and to programs by the ready file.
//!
//! Whatever happens then (Ctrl-C, SIGTERM, a child that dies, `kill -9` of xtask itself), all of it stops and the
//! data is removed, unless `--keep` names a place for it.

mod broker;
mod clients;
mod database;
mod parts;
mod ready;
mod secrets;
mod services;
mod topology;
mod world;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use futures::future::{join_all, select_all};
use nix::sys::signal::Signal;
use testkit::postgres::Cluster;
use testkit::scratch::Scratch;
use testkit::supervise::Process;

use crate::progress::{plan, stage};
use secrets::Secrets;
use topology::Ports;

/// Build, start and fill everything; Ctrl-C stops and removes it
#[derive(Args)]
pub(crate) struct Options {
    /// The first of the ports that are used
    #[arg(long, default_value_t = 3000)]
    port_base: u16,
    /// A file to write when everything is ready
    #[arg(long)]
    ready_file: Option<PathBuf>,
    /// A directory to keep the data in for the next start
    #[arg(long)]
    keep: Option<PathBuf>,
    /// A strategy per operation, such as `disarm=fetch,view=replicate`; there are `fetch` (the default) and `replicate`
    #[arg(long, default_value = "")]
    strategy: String,
    /// Build the user interface optimized for size, which takes longer
    #[arg(long)]
    small: bool,
}

/// Runs the demo until it is interrupted, or broken.
pub(crate) async fn run(
    options: Options,
    interrupted: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    tokio::pin!(interrupted);
    if let Some(file) = &options.ready_file {
        let _ = fs::remove_file(file);
    }
    let mut demo = tokio::select! {
        () = &mut interrupted => return Ok(()),
        started = Demo::start(&options) => started?,
    };
    let outcome = tokio::select! {
        () = &mut interrupted => Ok(()),
        name = demo.first_to_end() => Err(anyhow::anyhow!("{name} ended; so does the demo")),
    };
    if let Some(file) = &options.ready_file {
        let _ = fs::remove_file(file);
    }
    stage("stopping", async {
        demo.stop().await;
        Ok(())
    })
    .await?;
    outcome
}

/// All that runs. Dropping it ends everything too, only less politely.
struct Demo {
    services: Vec<Process>,
    broker: Process,
    cluster: Cluster,
    _data: Data,
}

impl Demo {
    async fn start(options: &Options) -> anyhow::Result<Self> {
        let ports = Ports::from(options.port_base)?;
        ports.ensure_free()?;
        plan(
            "Builds the services and the user interface, starts them with Postgres and NATS, makes the demo world.",
            "That takes six to ten minutes and 2.5 GB in target/, most of it for the user interface; later starts take seconds.",
        )?;
        parts::prepare(options.small).await?;
        let data = Data::at(options.keep.as_deref())?;
        let secrets = Secrets::of(data.path())?;
        let mut cluster = stage(
            "Postgres",
            database::start(data.path(), ports, &secrets, options.keep.is_some()),
        )
        .await?;
        let broker = stage("NATS", broker::start(data.path(), ports, &secrets)).await?;
        let launch = services::Launch {
            data: data.path(),
            ports,
            secrets: &secrets,
            strategy: &options.strategy,
            kept: options.keep.is_some(),
        };
        let services = stage("services", launch.all()).await?;
        let world = stage("demo world", world::make(&launch)).await?;
        let processes = ready::Processes {
            services: &services,
            infrastructure: [("postgres", &*cluster.process()), ("nats", &broker)],
        };
        ready::announce(&launch, &processes, &world, options.ready_file.as_deref())?;
        Ok(Self {
            services,
            broker,
            cluster,
            _data: data,
        })
    }

    /// Waits until any of the children ends, and names it.
    async fn first_to_end(&mut self) -> String {
        let children = self
            .services
            .iter_mut()
            .chain([&mut self.broker, self.cluster.process()]);
        let ends = children.map(|child| {
            Box::pin(async {
                child.exited().await;
                child.name().to_owned()
            })
        });
        select_all(ends).await.0
    }

    /// Stops everything, those first who need the others.
    async fn stop(self) {
        join_all(
            self.services
                .into_iter()
                .map(|service| service.stop(Signal::SIGTERM)),
        )
        .await;
        // Rarely, NATS was seen to ignore the signal. Its files survive being killed.
        self.broker
            .stop_within(Duration::from_secs(2), Signal::SIGTERM)
            .await;
        self.cluster.stop().await;
    }
}

/// A client for our own services: on loopback, so past any proxy. Redirects are left to the caller.
pub(crate) fn http_client() -> anyhow::Result<reqwest::Client> {
    // Refused when it is there already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none());
    Ok(client.timeout(Duration::from_secs(10)).build()?)
}

/// Where the data is.
enum Data {
    Temporary(Scratch),
    Kept(PathBuf),
}

impl Data {
    fn at(keep: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = keep else {
            return Ok(Self::Temporary(Scratch::new("demo")?));
        };
        fs::create_dir_all(path)?;
        let path = path.canonicalize()?;
        if path.to_str().is_none() {
            bail!("--keep takes a path that is text");
        }
        if !path.join(world::MADE).exists() {
            // Interrupted while it was made: one cannot go on from there.
            for unfinished in ["postgres", "nats"] {
                let _ = fs::remove_dir_all(path.join(unfinished));
            }
        }
        Ok(Self::Kept(path))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Temporary(scratch) => scratch.path(),
            Self::Kept(path) => path,
        }
    }
}
