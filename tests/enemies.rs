//! New enemies: people lose a right while many others gain and lose theirs, and try to use it.
//!
//! Each [`Contest`] is about one user, one system and one way by which rights come, and gives the right
//! and takes it away, again and again; all contests run at once, through the services' own APIs. Between
//! them people ask, with the token of the revocation, without one, of every strategy; and do what the
//! revocation forbids.
//!
//! ```text
//!   administrator   grant ─▶ ask ─▶ revoke ─▶ token ─▶ ask with it: never an allow
//!   accomplice                                  └────▶ arms the system, knowing of it
//!   enemy           ask ask ask ask ask ask ask ask ask    disarms, knowing of nothing: refused
//!                   without a token: an allow is at most as old as the bound
//! ```
//!
//! One administrator also cuts the line by which the events come, and moves the clock beyond the bound.

mod contest;
mod court;

use std::fmt;

use futures::future::try_join_all;

use self::contest::Contest;
use self::court::Court;
use crate::house::House;
use crate::worlds::Staff;

/// What was found out.
#[derive(Debug, Default)]
pub struct Record {
    /// How many times a right was taken away.
    pub revocations: usize,
    /// After how many of them something was done knowing of it, and undoing that was tried.
    pub undoings: usize,
    /// How many questions were answered by yes.
    pub allowed: usize,
    /// How many were answered by no.
    pub denied: usize,
    /// How many were not answered.
    pub undecided: usize,
    /// Who was allowed what they must not be.
    pub violations: Vec<String>,
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for violation in &self.violations {
            writeln!(f, "{violation}")?;
        }
        write!(
            f,
            "{} revocations, {} undoings, {} allowed, {} denied, {} undecided, {} violations",
            self.revocations,
            self.undoings,
            self.allowed,
            self.denied,
            self.undecided,
            self.violations.len()
        )
    }
}

/// Lets all contests run at once, for so many rounds each.
pub async fn contend(seed: u64, rounds: usize) -> anyhow::Result<Record> {
    let house = House::start().await?;
    let staff = Staff::hire(&house).await?;
    let court = Court::open(&house)?;
    let contests = Contest::all(&house, &staff, seed).await?;
    let running = contests
        .into_iter()
        .map(|contest| contest.run(&court, rounds));
    try_join_all(running).await?;
    Ok(court.record())
}
