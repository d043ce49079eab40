//! What the engine costs, in one run: `cargo run --release -p pdp --example figures [MOST FACTS]`.
#![expect(
    clippy::disallowed_methods,
    reason = "it measures by the machine's own clock; there is no runtime here that has another"
)]

#[path = "figures/against_cedar.rs"]
mod against_cedar;
#[path = "figures/estate.rs"]
mod estate;
#[path = "figures/growth.rs"]
mod growth;

use std::path::Path;
use std::time::{Duration, Instant};

use pdp::Policies;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let most = std::env::args()
        .nth(1)
        .map_or(Ok(1_000_000), |text| text.parse())?;
    against_cedar::print()?;
    growth::print(most)?;
    growth::print_search(most)
}

/// The policies of `RealGuardIO`.
fn policies() -> Result<Policies, pdp::Faults> {
    Policies::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../authz-service/policies"))
}

/// The least of a few means: what it costs when nothing else is going on.
fn cost(times: usize, mut work: impl FnMut(usize)) -> Duration {
    let round = |work: &mut dyn FnMut(usize)| {
        let start = Instant::now();
        (0..times).for_each(work);
        start.elapsed() / u32::try_from(times).unwrap_or(u32::MAX)
    };
    (0..5).map(|_| round(&mut work)).min().unwrap_or_default()
}
