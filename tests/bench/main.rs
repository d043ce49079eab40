//! `bench`: measures, and writes what it measured as JSON and Markdown.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;
use stories::bench::Bench;
use stories::house::House;

/// Measures what strategies cost, each against the others within one run.
#[derive(Parser)]
struct Options {
    /// What to measure; everything, if nothing is named
    #[arg(value_parser = named)]
    names: Vec<Bench>,
    /// Only show that it works
    #[arg(long)]
    quick: bool,
    /// Where the results are written
    #[arg(long)]
    out: PathBuf,
}

fn named(name: &str) -> Result<Bench, String> {
    let mut all = Bench::ALL.into_iter();
    all.find(|bench| bench.name() == name).ok_or_else(|| {
        let names = Bench::ALL.map(Bench::name).join(", ");
        format!("one of {names}")
    })
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let names = if options.names.is_empty() {
        Bench::ALL.to_vec()
    } else {
        options.names
    };
    std::fs::create_dir_all(&options.out)?;
    let house = House::now().await?;
    for bench in names {
        let report = bench
            .measure(&house, options.quick)
            .await
            .with_context(|| bench.name())?;
        let file = |kind: &str| options.out.join(format!("{}.{kind}", report.name));
        std::fs::write(file("json"), serde_json::to_vec_pretty(&report)?)?;
        std::fs::write(file("md"), report.to_string())?;
        println!("{report}");
    }
    println!("written to {}", options.out.display());
    Ok(())
}
