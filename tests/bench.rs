//! Measurements, in the house: each compares things with one another within one run, in blocks that
//! take turns, so that whatever else the machine does happens to all of them.
//!
//! Figures of different runs, or of different machines, say nothing together; the ratios do.

mod coupling;
mod decision;
mod interval;
mod revocation;
mod scrape;

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::house::House;

/// A measurement that can be asked for by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bench {
    /// What a decision costs: time, and calls to other services.
    Decision,
    /// How long a change takes to count.
    Revocation,
    /// What a strategy relies on, of other services.
    Coupling,
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
    pub const ALL: [Self; 3] = [Self::Decision, Self::Revocation, Self::Coupling];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Revocation => "revocation",
            Self::Coupling => "coupling",
        }
    }

    /// Measures. A quick run shows that it works, and no more.
    pub async fn measure(self, house: &House, quick: bool) -> anyhow::Result<Report> {
        match self {
            Self::Decision => decision::measure(house, if quick { 3 } else { 30 }).await,
            Self::Revocation => revocation::measure(house, if quick { 5 } else { 200 }).await,
            Self::Coupling => Ok(coupling::report()),
        }
    }
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
