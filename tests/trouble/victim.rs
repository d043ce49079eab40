//! What is killed.

use std::time::Duration;

use anyhow::{Context as _, bail};
use demo_world::services;
use tokio::time::timeout;

use crate::house::House;

/// What is killed, and started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    /// A service, by `kill -9`.
    Service(&'static str),
    /// The server of all databases, in the middle of whatever it is doing.
    Postgres,
    /// The broker, by `kill -9`.
    Nats,
}

impl Victim {
    /// Every service.
    #[must_use]
    pub fn services() -> Vec<Self> {
        let names = services::SERVICES.iter().map(|service| service.name);
        names.map(Self::Service).collect()
    }

    /// The one of this name.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn named(name: &str) -> anyhow::Result<Self> {
        Ok(match name {
            "postgres" => Self::Postgres,
            "nats" => Self::Nats,
            name => {
                let service = services::service(name);
                Self::Service(service.with_context(|| format!("no service {name}"))?.name)
            }
        })
    }

    /// Lets it live for so long, kills it, and starts it again.
    pub(super) async fn kill_after(
        self,
        house: &mut House,
        instant: Duration,
    ) -> anyhow::Result<()> {
        let watched = match self {
            Self::Service(name) => name,
            Self::Postgres | Self::Nats => "iam-service",
        };
        let service = house.sites.named(watched)?;
        if timeout(instant, service.ended()).await.is_ok() {
            bail!("{watched} ended by itself");
        }
        match self {
            Self::Service(name) => {
                service.kill().await?;
                house.serve(name).await
            }
            Self::Postgres => house.crash_databases().await,
            Self::Nats => {
                house.nats().kill().await;
                house.nats().restart().await
            }
        }
    }
}
