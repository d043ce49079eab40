//! Configuration: flags, each with an environment variable.

use std::time::Duration;

use chassis::config::{Broker, Credentials, Database, Settings, duration};
use clap::Args;
use url::Url;

use crate::authorization::{Bounds, Live, Strategies};

/// What the service is told.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// What every service is told.
    #[command(flatten)]
    pub settings: Settings,

    /// The service's own database.
    #[command(flatten)]
    pub database: Database,

    /// The message broker.
    #[command(flatten)]
    pub broker: Broker,

    /// How the service proves itself.
    #[command(flatten)]
    pub credentials: Credentials,

    /// Address of customer-service.
    #[arg(
        long,
        env = "CUSTOMER_SERVICE_URL",
        default_value = "http://localhost:3002"
    )]
    pub customer_service_url: Url,

    /// Address of dealer-service. A deployment without dealers has none.
    #[arg(long, env = "DEALER_SERVICE_URL")]
    pub dealer_service_url: Option<Url>,

    /// Address of monitoring-service. A deployment without monitoring providers has none.
    #[arg(long, env = "MONITORING_SERVICE_URL")]
    pub monitoring_service_url: Option<Url>,

    /// Address of authz-service, which decides where it is to.
    #[arg(
        long,
        env = "AUTHZ_SERVICE_URL",
        default_value = "http://localhost:3006"
    )]
    pub authz_service_url: Url,

    /// How long the owners of facts, or authz-service, have for an answer. Shorter than the deadline of a request, so
    /// that there is time to say that it is undecided.
    #[arg(long, env = "FACTS_DEADLINE", default_value = "2s", value_parser = duration)]
    pub facts_deadline: Duration,

    /// Which strategy decides which operation, such as `disarm=delegate,view=replicate`.
    #[arg(long, env = "STRATEGY", default_value = "")]
    pub strategy: Strategies,

    /// Which strategy decides where the token does not tell enough for the one that is chosen: `fetch`, `replicate`,
    /// `delegate` or `delegate-local`.
    #[arg(long, env = "LIVE_STRATEGY", default_value = "fetch")]
    pub live_strategy: Live,

    /// How old facts may be that are kept here, or by authz-service, by operation, such as `arm=5s,view=1m`. Beyond it
    /// nothing is decided, save that lists say how old they are.
    #[arg(long, env = "STALENESS", default_value = "")]
    pub staleness: Bounds,
}
