//! What the service is told, by flags or environment.

use chassis::config::{Broker, Credentials, Database, Settings};
use url::Url;

/// What the service is told.
#[derive(Debug, Clone, clap::Args)]
pub struct Config {
    /// What every service is told.
    #[command(flatten)]
    pub settings: Settings,

    /// The service's own database.
    #[command(flatten)]
    pub database: Database,

    /// Where events are published.
    #[command(flatten)]
    pub broker: Broker,

    /// How the service proves itself to iam-service.
    #[command(flatten)]
    pub credentials: Credentials,

    /// Where iam-service is, which finds or makes the users who are hired.
    #[arg(long, env = "IAM_SERVICE_URL", default_value = "http://localhost:3001")]
    pub iam_service_url: Url,
}
