//! The demo world, made through the public APIs.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context as _, ensure};
use clap::Args;
use demo_world::bootstrap::ARGUMENTS;
use demo_world::secrets::Secrets;
use demo_world::{Addresses, kept};
use tokio::process::Command;
use url::Url;

/// Where the services are, and what is kept.
#[derive(Args)]
pub(crate) struct Options {
    /// The directory of those secrets that it needs
    #[arg(long, env = "SECRETS")]
    secrets: PathBuf,
    /// The directory to keep the world in
    #[arg(long, env = "WORLD")]
    world: PathBuf,
    /// Where browsers reach the BFF
    #[arg(long, env = "PUBLIC_URL")]
    public_url: Url,
    /// Identity of the OpenID provider, which answers there too
    #[arg(long, env = "ISSUER")]
    issuer: Url,
    /// Address of customer-service
    #[arg(long, env = "CUSTOMER_SERVICE_URL")]
    customer_service_url: Url,
    /// Address of dealer-service
    #[arg(long, env = "DEALER_SERVICE_URL")]
    dealer_service_url: Url,
    /// Address of monitoring-service
    #[arg(long, env = "MONITORING_SERVICE_URL")]
    monitoring_service_url: Url,
    /// Address of security-system-service
    #[arg(long, env = "SECURITY_SYSTEM_SERVICE_URL")]
    security_system_service_url: Url,
}

impl Options {
    fn addresses(&self) -> Addresses {
        Addresses {
            iam: self.issuer.clone(),
            customer: self.customer_service_url.clone(),
            dealer: self.dealer_service_url.clone(),
            monitoring: self.monitoring_service_url.clone(),
            security_system: self.security_system_service_url.clone(),
        }
    }
}

/// Makes the world or finds it, and says where it is.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let secrets = Secrets::of(&options.secrets)?;
    let world =
        kept::find_or_make(&options.world, options.addresses(), &secrets, bootstrap).await?;
    let address = options.public_url.as_str().trim_end_matches('/');
    println!("{}", kept::announcement(address, &world));
    Ok(())
}

/// What iam-service's program prints, which is beside this one, and told in the environment what it needs.
async fn bootstrap() -> anyhow::Result<String> {
    let program = std::env::current_exe()?.with_file_name("iam-service");
    let command = Command::new(program)
        .args(ARGUMENTS)
        .stderr(Stdio::inherit())
        .output();
    let output = command.await.context("iam-service cannot be asked")?;
    ensure!(output.status.success(), "iam-service refused");
    Ok(String::from_utf8(output.stdout)?)
}
