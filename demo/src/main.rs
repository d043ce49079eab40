//! The two steps of a demo in containers that are no service's.
//!
//! `prepare` comes before everything: it makes the secrets, at the first start, and writes what each part reads, each
//! into a directory (a volume) of its own. `seed` comes after everything: it makes the demo world, at the first
//! start, and says where it is. Both are the crate `demo-world`, which `cargo xtask demo` calls without containers.

mod prepare;
mod seed;

use clap::{Parser, Subcommand};

/// Prepares a demo, and makes the demo world in it.
#[derive(Parser)]
#[command(version)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes secrets, and writes the files that services, Postgres and NATS read.
    Prepare(Box<prepare::Options>),
    /// Makes the demo world, if there is none yet, and says where it is.
    Seed(Box<seed::Options>),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    match Program::parse().command {
        Command::Prepare(options) => prepare::run(&options),
        Command::Seed(options) => seed::run(*options).await,
    }
}
