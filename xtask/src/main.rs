//! The only scripts: `cargo xtask demo | token | test | worlds | trouble | bench | frontend | images | sqlx`.
//!
//! One file per command. What they share: [`workspace`] knows where things are, [`install`] gets what is
//! missing from this machine, [`progress`] tells how far it is. Child processes and temporary files are
//! testkit's, so neither outlives xtask, however it ends.

mod bench;
mod demo;
mod digest;
mod frontend;
mod images;
mod install;
mod progress;
mod python;
mod sqlx;
mod test;
mod token;
mod trouble;
mod workspace;
mod worlds;

use std::process::ExitCode;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

/// Builds, runs and proves RealGuardIO.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    Demo(demo::Options),
    Token(token::Options),
    Test(test::Options),
    Frontend(frontend::Options),
    Images(images::Options),
    Sqlx(sqlx::Options),
    Worlds(worlds::Options),
    Trouble(trouble::Options),
    Bench(bench::Options),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match Box::pin(run(Command::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command until it ends or is interrupted. Either way its children are gone afterwards.
async fn run(command: Command) -> anyhow::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let interrupted = async {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    match command {
        // Ends in order, and successfully, when interrupted.
        Command::Demo(options) => Box::pin(demo::run(options, interrupted)).await,
        Command::Token(options) => unless(interrupted, token::run(options)).await,
        Command::Test(options) => unless(interrupted, Box::pin(test::run(options))).await,
        Command::Frontend(options) => unless(interrupted, Box::pin(frontend::run(options))).await,
        Command::Images(options) => unless(interrupted, Box::pin(images::run(options))).await,
        Command::Sqlx(options) => unless(interrupted, Box::pin(sqlx::run(options))).await,
        Command::Worlds(options) => unless(interrupted, Box::pin(worlds::run(options))).await,
        Command::Trouble(options) => unless(interrupted, Box::pin(trouble::run(options))).await,
        Command::Bench(options) => unless(interrupted, Box::pin(bench::run(options))).await,
    }
}

async fn unless(
    interrupted: impl Future<Output = ()>,
    work: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    tokio::select! {
        () = interrupted => anyhow::bail!("interrupted"),
        outcome = work => outcome,
    }
}
