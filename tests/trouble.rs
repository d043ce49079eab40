//! What trouble must not do: every service is a process, people write through its API without a pause, and
//! something is killed all the while. What was accepted is there afterwards, once.
//!
//! ```text
//!   Desk ──▶ Clerk ── the same request, with the same key, until it is answered ──▶ service ──▶ stream
//!                │                                                           ▲                    │
//!             Journal: what was accepted                               kill -9, restart           │
//!                │                                                                                │
//!                └──────────▶ Audit: state, version, history, events, every strategy ◀────────────┘
//! ```

mod audit;
mod clerk;
mod desk;
mod journal;
mod jury;
mod opening;
mod victim;

use std::fmt;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use self::desk::Load;
pub use self::jury::Jury;
pub use self::victim::Victim;
use crate::house::House;

/// What to kill.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How often each is killed.
    pub times: usize,
    /// What is killed.
    pub victims: Vec<Victim>,
    /// Decides on order and instants.
    pub seed: u64,
    /// Whether what a killed attempt still has a lease on is waited for, which takes up to half a minute.
    pub patient: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Verdict {
    /// How many were killed.
    pub kills: usize,
    /// How many writes were accepted.
    pub writes: usize,
    /// How many of them were accepted only when they were sent again.
    pub repeated: usize,
    /// What was accepted and is not there.
    pub lost: Vec<String>,
    /// What is there twice, or was never accepted.
    pub doubled: Vec<String>,
    /// Where state, history, events or strategies say different things.
    pub disagreements: Vec<String>,
}

impl Verdict {
    /// This and another.
    fn add(&mut self, other: Self) {
        self.writes += other.writes;
        self.repeated += other.repeated;
        self.lost.extend(other.lost);
        self.doubled.extend(other.doubled);
        self.disagreements.extend(other.disagreements);
    }

    /// Whether there is nothing to complain about.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.lost.is_empty() && self.doubled.is_empty() && self.disagreements.is_empty()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let complaints = [
            ("lost", &self.lost),
            ("doubled", &self.doubled),
            ("disagreement", &self.disagreements),
        ];
        for (kind, complaints) in complaints {
            for complaint in complaints {
                writeln!(f, "{kind}: {complaint}")?;
            }
        }
        let [lost, doubled, disagreements] = complaints.map(|(_, complaints)| complaints.len());
        write!(
            f,
            "{} kills, {} writes, {lost} lost, {doubled} doubled, {disagreements} disagreements",
            self.kills, self.writes
        )
    }
}

/// Kills under load, and examines what is left.
pub async fn kills(plan: &Plan, told: impl Fn(&Victim)) -> anyhow::Result<Verdict> {
    let mut rng = StdRng::seed_from_u64(plan.seed);
    let mut house = House::of_processes().await?;
    let mut load = Load::begin(&house).await?;
    let mut victims = plan.victims.repeat(plan.times);
    victims.shuffle(&mut rng);
    for victim in &victims {
        load.goes_on(rng.random_range(10..40)).await?;
        let instant = Duration::from_millis(rng.random_range(0..50));
        victim.kill_after(&mut house, instant).await?;
        told(victim);
    }
    load.goes_on(20).await?;
    let written = load.end(plan.patient).await?;
    let mut verdict = audit::examine(&house, written).await?;
    verdict.kills = victims.len();
    Ok(verdict)
}
