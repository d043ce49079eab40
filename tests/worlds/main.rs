//! `worlds`: random worlds, each examined under every strategy.

use clap::Parser;
use stories::worlds::{Findings, Laboratory, Unanswered};
use tokio::task::JoinSet;

/// How many worlds happen at once.
const AT_ONCE: usize = 4;
/// About how many instants everybody is asked each time.
const INSTANTS: usize = 6;
/// After how many worlds it is told how far it has come.
const TOLD: u64 = 50;

/// Lets random worlds happen, and compares every strategy's answers with a model's.
#[derive(Parser)]
struct Options {
    /// How many worlds
    #[arg(long, default_value_t = 10)]
    count: u64,
    /// As many worlds as it takes to ask so many questions
    #[arg(long, conflicts_with = "count")]
    questions: Option<u64>,
    /// The seed of the first; each other world has the next
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let laboratory = std::sync::Arc::new(Laboratory::open(INSTANTS).await?);
    let mut findings = Findings::default();
    let count = if options.questions.is_some() {
        u64::MAX - options.seed
    } else {
        options.count
    };
    let mut seeds = options.seed..options.seed + count;
    let (mut running, mut left) = (JoinSet::new(), 0);
    loop {
        let enough = options
            .questions
            .is_some_and(|enough| findings.questions >= enough);
        while !enough
            && running.len() < AT_ONCE
            && let Some(seed) = seeds.next()
        {
            let laboratory = laboratory.clone();
            running.spawn(async move { laboratory.world(seed).await });
        }
        let Some(world) = running.join_next().await else {
            break;
        };
        match world? {
            Ok(found) => findings.add(found),
            Err(error) => {
                left += 1;
                eprintln!("one world was left: {}", error.downcast::<Unanswered>()?);
                anyhow::ensure!(left <= 3 + findings.worlds / 10, "too many were left");
            }
        }
        if findings.worlds % TOLD == 0 {
            println!("{findings} so far");
        }
    }
    if let Some(first) = findings.disagreements.first() {
        println!("{first}\nThe smallest world that shows a disagreement:");
        for step in laboratory.smallest(first.seed).await? {
            println!("  {step:?}");
        }
    }
    println!("{findings}");
    std::process::exit(i32::from(!findings.disagreements.is_empty()));
}
