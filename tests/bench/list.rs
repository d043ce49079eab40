//! What a page of the list costs, by whom it is asked for, over the same page for everybody.
//!
//! Both are asked for over HTTP, with a token that is verified, of services on the same database; the one
//! decides from its replica what may be viewed, and what may be done to it. In blocks that take turns.

use serde_json::json;

use super::estate::{Estate, Person};
use super::interval::Interval;
use super::{Report, mean};

/// How many requests are in a block.
const BLOCK: u32 = 20;

/// A page, asked for by one kind of person.
#[derive(serde::Serialize)]
struct Row {
    person: &'static str,
    page: &'static str,
    /// The mean time of each block of requests, in milliseconds, without authorization.
    plain_ms: Vec<f64>,
    /// The same, of what this person may view.
    replicate_ms: Vec<f64>,
}

pub(super) async fn measure(systems: u32, blocks: u32) -> anyhow::Result<Report> {
    let estate = Estate::with_locations(systems).await?;
    let mut rows = Vec::new();
    let places = [("first", None), ("halfway", Some(estate.halfway))];
    for (person, (page, behind)) in Person::ALL
        .into_iter()
        .flat_map(|person| places.map(|at| (person, at)))
    {
        let row = Row {
            person: person.name(),
            page,
            plain_ms: Vec::new(),
            replicate_ms: Vec::new(),
        };
        rows.push((person, behind, row));
    }
    // The first block warms up.
    for number in 0..=blocks {
        for (person, behind, row) in &mut rows {
            let plain = mean(BLOCK, async || estate.list_plainly(*behind).await).await?;
            let replicate = mean(BLOCK, async || estate.list(*person, *behind).await).await?;
            if number > 0 {
                row.plain_ms.push(plain);
                row.replicate_ms.push(replicate);
            }
        }
    }
    let rows: Vec<_> = rows.into_iter().map(|(.., row)| row).collect();
    Ok(Report {
        name: "list",
        about: "A page of 20 systems over HTTP, one request at a time, under replicate. The ratio is to the same page without authorization: of all systems, whoever asks.",
        columns: vec!["who", "page", "without (ms)", "with (ms)", "ratio"],
        rows: rows.iter().map(Row::shown).collect(),
        figures: json!({ "systems": systems, "facts": estate.facts, "requestsInABlock": BLOCK, "rows": rows }),
    })
}

impl Row {
    fn shown(&self) -> Vec<String> {
        let both = self.replicate_ms.iter().zip(&self.plain_ms);
        let ratios: Vec<_> = both.map(|(with, without)| with / without).collect();
        vec![
            self.person.to_owned(),
            self.page.to_owned(),
            Interval::of(&self.plain_ms).shown(2),
            Interval::of(&self.replicate_ms).shown(2),
            Interval::of(&ratios).shown(2),
        ]
    }
}
