//! `cargo xtask demo`: everything, really running, on this machine.
//!
//! 1. [`parts`]: what is ours is built;
//! 2. [`database`] and [`broker`]: Postgres and NATS as child processes, with a role and a user for each service
//!    that may do what this service needs and nothing else;
//! 3. [`services`]: migrated, started on loopback, waited for until they say that they are ready;
//! 4. [`world`]: the demo world is made through the public APIs, beginning with `iam-service bootstrap`;
//! 5. [`ready`]: addresses, accounts and ids are told to people, and to programs by the ready file.
//!
//! With `--docker` images are made of what is ours, and `compose.yaml` does 2 to 4: [`containers`].
//!
//! Whatever happens then (Ctrl-C, SIGTERM, a child that dies, `kill -9` of xtask itself), all of it stops and the
//! data is removed, unless `--keep` names a place for it.

mod broker;
mod containers;
mod database;
mod logs;
mod parts;
mod processes;
mod ready;
mod services;
mod topology;
mod world;

use std::fs;
use std::path::PathBuf;

use clap::Args;

use crate::progress::{plan, stage};
use containers::Containers;
pub(crate) use parts::compile;
use processes::Processes;
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
    /// Run everything in containers, by compose.yaml
    #[arg(long)]
    docker: bool,
    /// A directory to keep the data in for the next start
    #[arg(long, conflicts_with = "docker")]
    keep: Option<PathBuf>,
    /// A strategy per operation, such as `disarm=fetch,view=combine`; there are `fetch`, `replicate` (by default, to view), `provide`, `combine`, `delegate` (by default, for the rest) and `delegate-local`
    #[arg(long, default_value = "", value_parser = demo_world::strategies::parse)]
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
        started = Box::pin(Demo::start(&options)) => started?,
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

/// All that runs.
enum Demo {
    /// On this machine.
    Processes(Processes),
    /// In containers.
    Containers(Containers),
}

impl Demo {
    async fn start(options: &Options) -> anyhow::Result<Self> {
        let ports = Ports::from(options.port_base)?;
        ports.ensure_free()?;
        plan(
            "Builds the services and the user interface, starts them with Postgres and NATS, makes the demo world.",
            "On two cores that takes ten to twenty minutes and 5.5 GB in target/; later starts take seconds.",
        )?;
        Ok(if options.docker {
            Self::Containers(Containers::start(options, ports).await?)
        } else {
            Self::Processes(Processes::start(options, ports).await?)
        })
    }

    /// Waits until any part ends, and names it.
    async fn first_to_end(&mut self) -> String {
        match self {
            Self::Processes(processes) => processes.first_to_end().await,
            Self::Containers(containers) => containers.end().await,
        }
    }

    async fn stop(self) {
        match self {
            Self::Processes(processes) => processes.stop().await,
            Self::Containers(containers) => containers.stop().await,
        }
    }
}
