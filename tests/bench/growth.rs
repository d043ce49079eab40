//! Whether replicate stays as quick while facts become many.
//!
//! The same service stands several times, with more facts each time, and is asked the same in blocks that take turns:
//! for a decision, each time on another system, and for a page from the middle of each kind of person's list.

use serde_json::json;

use super::estate::{Estate, Person};
use super::interval::Interval;
use super::{Report, mean};

/// How many requests are in a block.
const BLOCK: u32 = 20;

/// What is asked for: a decision, or a page of somebody's list.
const QUESTIONS: [Option<Person>; 4] = [
    None,
    Some(Person::Employee),
    Some(Person::Technician),
    Some(Person::Operator),
];

pub(super) async fn measure(facts: &[u32], blocks: u32) -> anyhow::Result<Report> {
    let mut estates = Vec::new();
    for facts in facts {
        // Each location with its employee makes two.
        estates.push(Estate::with_locations(facts / 2).await?);
    }
    let mut rows = Vec::new();
    let mut figures = Vec::new();
    for question in QUESTIONS {
        let what = question.map_or("decision", Person::name);
        let figure = measured(&estates, question, blocks).await?;
        for (estate, means) in estates.iter().zip(&figure) {
            let ratios: Vec<_> = means
                .iter()
                .zip(&figure[0])
                .map(|(mine, least)| mine / least)
                .collect();
            rows.push(vec![
                what.to_owned(),
                estate.facts.to_string(),
                Interval::of(means).shown(2),
                Interval::of(&ratios).shown(2),
            ]);
            figures.push(json!({ "what": what, "facts": estate.facts, "blocksMs": means }));
        }
    }
    Ok(Report {
        name: "growth",
        about: "A decision, and a page of 20 systems from the middle of a list, over HTTP, one request at a time, under replicate. The ratio is to the same with the fewest facts.",
        columns: vec!["what", "facts", "request (ms)", "ratio"],
        rows,
        figures: json!({ "requestsInABlock": BLOCK, "rows": figures }),
    })
}

/// The mean time of each block of requests, for each estate.
async fn measured(
    estates: &[Estate],
    question: Option<Person>,
    blocks: u32,
) -> anyhow::Result<Vec<Vec<f64>>> {
    let mut means = vec![Vec::new(); estates.len()];
    // The first block warms up.
    for number in 0..=blocks {
        for (estate, means) in estates.iter().zip(&mut means) {
            let mut systems = estate
                .systems
                .iter()
                .cycle()
                .skip((number * BLOCK) as usize);
            let block = mean(BLOCK, async || match (question, systems.next()) {
                (Some(person), _) => estate.list(person, Some(estate.halfway)).await,
                (None, Some(system)) => estate.decide(*system).await,
                (None, None) => anyhow::bail!("there is no system"),
            });
            let block = block.await?;
            if number > 0 {
                means.push(block);
            }
        }
    }
    Ok(means)
}
