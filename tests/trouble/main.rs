//! `trouble`: kills under load, and looks at what is left.

use std::sync::atomic::{AtomicUsize, Ordering};

use clap::{Parser, Subcommand};
use stories::enemies::contend;
use stories::trouble::{Plan, Victim, kills};

/// Makes trouble, and looks at what is left.
#[derive(Parser)]
struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Kills every service under a load of writes, again and again
    Kills {
        /// How often each is killed
        #[arg(long, default_value_t = 20)]
        times: usize,
        /// What is killed: a service, `postgres` or `nats`; the services, unless something is named
        #[arg(long = "service", value_parser = Victim::named)]
        victims: Vec<Victim>,
        /// Decides on order and instants
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Takes rights away while many ask, and looks whether anybody is allowed what they must not be
    Enemies {
        /// How often each right is taken away
        #[arg(long, default_value_t = 100)]
        rounds: usize,
        /// Decides on who asks what
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let good = match Options::parse().command {
        Command::Kills {
            times,
            victims,
            seed,
        } => kill(times, victims, seed).await?,
        Command::Enemies { rounds, seed } => {
            let record = contend(seed, rounds).await?;
            println!("{record}");
            record.violations.is_empty()
        }
    };
    std::process::exit(i32::from(!good));
}

async fn kill(times: usize, victims: Vec<Victim>, seed: u64) -> anyhow::Result<bool> {
    let plan = Plan {
        times,
        victims: if victims.is_empty() {
            Victim::services()
        } else {
            victims
        },
        seed,
        patient: true,
    };
    let (killed, all) = (AtomicUsize::new(0), plan.times * plan.victims.len());
    let verdict = kills(&plan, |victim| {
        let number = killed.fetch_add(1, Ordering::Relaxed) + 1;
        if number % 10 == 0 {
            eprintln!("{number} of {all}, the last {victim:?}");
        }
    });
    let verdict = verdict.await?;
    println!("{} answers came only when asked again", verdict.repeated);
    println!("{verdict}");
    Ok(verdict.is_good())
}
