//! What the service is told, by flags or environment.

use organization::service;
use url::Url;

/// What the service is told.
#[derive(Debug, Clone, clap::Args)]
pub struct Config {
    /// What every service of organizations is told.
    #[command(flatten)]
    pub organization: service::Config,

    /// Where customer-service is, which knows where dealers serve.
    #[arg(
        long,
        env = "CUSTOMER_SERVICE_URL",
        default_value = "http://localhost:3002"
    )]
    pub customer_service_url: Url,
}
