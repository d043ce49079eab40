//! The demo as child processes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::bail;
use demo_world::kept::MADE;
use demo_world::secrets::Secrets;
use demo_world::services::SERVICES;
use futures::future::{join_all, select_all};
use nix::sys::signal::Signal;
use testkit::postgres::Cluster;
use testkit::scratch::Scratch;
use testkit::supervise::Process;

use super::ready::Ready;
use super::topology::Ports;
use super::{Options, broker, database, logs, parts, services, world};
use crate::install::{self, Part};
use crate::progress::stage;

/// All that runs. Dropping it ends everything too, only less politely.
pub(super) struct Processes {
    services: Vec<Process>,
    broker: Process,
    cluster: Cluster,
    _data: Data,
}

impl Processes {
    pub(super) async fn start(options: &Options, ports: Ports) -> anyhow::Result<Self> {
        install::ensure(&[Part::Postgres, Part::Nats]).await?;
        parts::compile(options.small).await?;
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
        };
        let services = stage("services", launch.all()).await?;
        let world = stage("demo world", world::make(&launch)).await?;
        let names = SERVICES.iter().map(|service| service.name);
        let ids = services.iter().map(Process::id);
        let beside = [("postgres", cluster.process().id()), ("nats", broker.id())];
        let ready = Ready {
            ports,
            secrets: &secrets,
            world: &world,
            processes: names.zip(ids).chain(beside).collect(),
        };
        let logs = logs::directory(data.path());
        println!(
            "\nWhat the services log is in {}; here are their warnings alone.",
            logs.display()
        );
        ready.announce(options.ready_file.as_deref())?;
        let kept = if options.keep.is_some() {
            ""
        } else {
            " and removes it"
        };
        println!("Ctrl-C stops everything{kept}.\n");
        Ok(Self {
            services,
            broker,
            cluster,
            _data: data,
        })
    }

    /// Waits until any of the children ends, and names it.
    pub(super) async fn first_to_end(&mut self) -> String {
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
    pub(super) async fn stop(self) {
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
        if !path.join(MADE).exists() {
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
