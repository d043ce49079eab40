//! Measurements, in the house: each compares things with one another within one run, in blocks that
//! take turns, so that whatever else the machine does happens to all of them.
//!
//! Figures of different runs, or of different machines, say nothing together; the ratios do.

mod coupling;
mod decision;
mod estate;
mod evaluation;
mod growth;
mod interval;
mod list;
mod queries;
mod revocation;
mod scrape;
mod tokens;

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::house::House;

/// A measurement that can be asked for by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bench {
    /// What a decision costs: time, queries, and calls to other services.
    Decision,
    /// How long a change takes to count.
    Revocation,
    /// What a page of the list costs, over the same page without authorization.
    List,
    /// What a decision costs at the service that decides, over HTTP.
    Evaluation,
    /// Whether it stays as quick with many facts.
    Growth,
    /// What a strategy relies on, of other services.
    Coupling,
    /// How large tokens are that tell facts.
    Tokens,
}

/// What was measured: a table, and the figures in it.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Its name.
    pub name: &'static str,
    /// What the figures are, in a sentence.
    pub about: &'static str,
    /// The heads of the columns.
    pub columns: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
    /// The figures, unrounded.
    pub figures: Value,
}

impl Bench {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Decision,
        Self::Revocation,
        Self::List,
        Self::Evaluation,
        Self::Growth,
        Self::Coupling,
        Self::Tokens,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Revocation => "revocation",
            Self::List => "list",
            Self::Evaluation => "evaluation",
            Self::Growth => "growth",
            Self::Coupling => "coupling",
            Self::Tokens => "tokens",
        }
    }

    /// Measures. A quick run shows that it works, and no more.
    pub async fn measure(self, house: &House, quick: bool) -> anyhow::Result<Report> {
        match self {
            Self::Decision => decision::measure(house, if quick { 3 } else { 30 }).await,
            Self::Revocation => revocation::measure(house, if quick { 5 } else { 200 }).await,
            Self::List if quick => list::measure(1_000, 3).await,
            Self::List => list::measure(100_000, 30).await,
            Self::Evaluation if quick => evaluation::measure(1_000, 3, 480).await,
            Self::Evaluation => evaluation::measure(100_000, 30, 8_000).await,
            Self::Growth if quick => growth::measure(&[1_000, 10_000], 3).await,
            Self::Growth => growth::measure(&[1_000, 10_000, 100_000, 1_000_000], 30).await,
            Self::Coupling => Ok(coupling::report()),
            Self::Tokens => tokens::measure(house).await,
        }
    }
}

/// The mean of what so many askings take, one after another.
async fn mean(
    times: u32,
    mut ask: impl AsyncFnMut() -> anyhow::Result<f64>,
) -> anyhow::Result<f64> {
    let mut total = 0.0;
    for _ in 0..times {
        total += ask().await?;
    }
    Ok(total / f64::from(times))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}\n\n{}\n", self.name, self.about)?;
        writeln!(f, "| {} |", self.columns.join(" | "))?;
        writeln!(f, "|{}", "---|".repeat(self.columns.len()))?;
        for row in &self.rows {
            writeln!(f, "| {} |", row.join(" | "))?;
        }
        Ok(())
    }
}
