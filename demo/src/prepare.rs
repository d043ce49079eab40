//! What is written before anything starts.

use std::path::PathBuf;

use clap::Args;
use demo_world::preparation::{self, Places};
use demo_world::secrets::Secrets;
use url::Url;

/// What is written where.
#[derive(Args)]
pub(crate) struct Options {
    /// The directory that has one for each part
    #[arg(long, env = "PREPARED")]
    prepared: PathBuf,
    /// Where services reach Postgres
    #[arg(long, env = "POSTGRES", default_value = "postgres:5432")]
    postgres: String,
    /// Where services reach NATS
    #[arg(long, env = "NATS", default_value = "nats:4222")]
    nats: String,
    /// Where browsers reach the BFF
    #[arg(long, env = "PUBLIC_URL")]
    public_url: Url,
    /// Where iam-service reaches the BFF
    #[arg(long, env = "BFF_URL")]
    bff_url: Url,
}

/// Writes it. Secrets that were made before stay as they are.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let places = Places {
        postgres: options.postgres.clone(),
        nats: options.nats.clone(),
        browsers: options.public_url.clone(),
        back_channel: options.bff_url.clone(),
    };
    let secrets = Secrets::of(&options.prepared.join("demo"))?;
    preparation::seed(&options.prepared, &secrets)?;
    preparation::services(&options.prepared, &places, &secrets)?;
    preparation::servers(&options.prepared, &secrets)
}
