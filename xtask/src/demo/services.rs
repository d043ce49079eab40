//! The services as child processes.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use demo_world::http_client;
use demo_world::kept::ACCOUNTS;
use demo_world::preparation;
use demo_world::secrets::Secrets;
use demo_world::services::{OWNERS, SERVICES, STRATEGY, SUPPLIES, Service};
use futures::future::try_join_all;
use nix::sys::signal::Signal;
use testkit::supervise::{Process, Program};
use tokio::time::{sleep, timeout};

use super::logs;
use super::topology::Ports;
use crate::{frontend, workspace};

/// How long a service may take until it is ready.
const DEADLINE: Duration = Duration::from_secs(30);

/// What the services log: who signs in, what is decided, what goes wrong.
const LOG: &str = "info,async_nats=warn,sqlx=warn";

/// What it takes to start the services.
pub(crate) struct Launch<'a> {
    pub(crate) data: &'a Path,
    pub(crate) ports: Ports,
    pub(crate) secrets: &'a Secrets,
    pub(crate) strategy: &'a str,
}

impl Launch<'_> {
    /// Migrates and starts all services, and waits until each says that it is ready.
    pub(crate) async fn all(&self) -> anyhow::Result<Vec<Process>> {
        preparation::services(self.data, &self.ports.places()?, self.secrets)?;
        try_join_all(SERVICES.iter().map(|service| self.migrate(service))).await?;
        try_join_all(SERVICES.iter().map(|service| self.start(service))).await
    }

    async fn migrate(&self, service: &Service) -> anyhow::Result<()> {
        let owner = self.data.join("owners").join(service.name);
        let program = Program::new(workspace::binary(service.name)?)
            .arg("migrate")
            .env("DATABASE_URL_FILE", owner);
        program
            .run()
            .await
            .map(drop)
            .with_context(|| format!("migrate {}", service.name))
    }

    async fn start(&self, service: &Service) -> anyhow::Result<Process> {
        let name = service.name;
        let mut process = self
            .program(service)?
            .arg("serve")
            .on_orphaned(Signal::SIGTERM)
            .on_line(logs::keep(self.data, name)?)
            .start()
            .await?;
        let ready = self.ports.operations(service)?.join("/health/ready")?;
        let client = http_client()?;
        let ask = async {
            while !client
                .get(ready.clone())
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::select! {
            answered = timeout(DEADLINE, ask) => answered.with_context(|| format!("{name} is not ready after {DEADLINE:?}"))?,
            _ = process.exited() => bail!("{name} ended instead of becoming ready"),
        }
        Ok(process)
    }

    /// A service's binary with everything that it is told but what to do.
    pub(crate) fn program(&self, service: &Service) -> anyhow::Result<Program> {
        let (ports, files) = (self.ports, self.data.join(service.name));
        let program = Program::new(workspace::binary(service.name)?)
            // Large blocks, such as those that hash passwords, go back to the system when they are freed.
            .env("MALLOC_ARENA_MAX", "2")
            .env("MALLOC_MMAP_THRESHOLD_", "1048576")
            .env("DEMO", "true")
            .env(
                "LOG",
                std::env::var("LOG").unwrap_or_else(|_| LOG.to_owned()),
            )
            .env("LOG_FORMAT", "pretty")
            // Colours are for terminals, and what is logged goes into files.
            .env("NO_COLOR", "1")
            .env("LISTEN", format!("127.0.0.1:{}", ports.of(service)))
            // Of those that browsers reach; the others tell it at the same address.
            .env("OPERATIONS_LISTEN", ports.operations(service)?.authority())
            // As tokens name it: without the slash that an address ends in.
            .env(
                "ISSUER",
                ports.public("iam-service")?.as_str().trim_end_matches('/'),
            )
            .env("ISSUER_BASE_URL", ports.internal("iam-service")?.as_str())
            .env("DATABASE_URL_FILE", files.join("database-url"))
            .env("NATS_URL_FILE", files.join("nats-url"));
        let program = if service.is_client() {
            program
                .env("CLIENT_ID", service.name)
                .env("CLIENT_SECRET_FILE", files.join("client-secret"))
        } else {
            program
        };
        let program = match service.name {
            "iam-service" => program
                .env("IAM_SECRETS_FILE", files.join("iam-secrets"))
                .env("CLIENTS_FILE", files.join("clients.json"))
                .env("FACTS", "fetch")
                .env("DEMO_ACCOUNTS_FILE", self.data.join(ACCOUNTS)),
            "authz-service" => program
                .env("OWNERS", OWNERS.join(","))
                .env("SUPPLIES", SUPPLIES)
                .env("CURSOR_KEY_FILE", files.join("cursor-key")),
            "bff" => program
                .env("PUBLIC_URL", ports.public("bff")?.as_str())
                .env("SESSION_KEYS_FILE", files.join("session-keys"))
                .env("UI_DIR", frontend::dist()?),
            // What is said last counts.
            "security-system-service" => {
                program.env("STRATEGY", format!("{STRATEGY},{}", self.strategy))
            }
            _ => program,
        };
        SERVICES.iter().try_fold(program, |program, other| {
            Ok(program.env(other.variable("URL"), ports.internal(other.name)?.as_str()))
        })
    }
}
