//! What a decision costs over HTTP, at the service that decides.
//!
//! The same requests, each by another of many users about another system, are put to authz-service, and to an empty handler behind
//! the same authentication in the same process, in blocks that take turns. Whoever asks does as little as can be done, since they
//! share the machine with who answers: what they cost is in both, and hides the difference.

mod crowd;
mod desk;

use anyhow::ensure;
use futures::future::try_join_all;
use serde_json::json;
use tokio::time::Instant;

use self::crowd::Connection;
use self::desk::{Credential, Desk};
use super::Report;
use super::interval::Interval;

/// How many ask at once.
const CALLERS: usize = 16;

/// One block of requests.
#[derive(Clone, Copy, serde::Serialize)]
struct Block {
    /// Requests a second.
    throughput: f64,
    /// Milliseconds within which 99 of 100 were answered.
    p99_ms: f64,
}

pub(super) async fn measure(users: u32, blocks: u32, requests: usize) -> anyhow::Result<Report> {
    let mut rows = Vec::new();
    let mut figures = Vec::new();
    for recorded in [false, true] {
        let desk = Desk::with_users(users, recorded).await?;
        for credential in [Credential::Key, Credential::Token] {
            let [empty, asked] = measured(&desk, credential, blocks, requests).await?;
            let of = |figure: fn(&Block) -> f64| {
                let pairs = asked.iter().zip(&empty);
                let ratios = pairs.map(|(asked, empty)| figure(asked) / figure(empty));
                Interval::of(&ratios.collect::<Vec<_>>())
            };
            let mean = |blocks: &[Block], figure: fn(&Block) -> f64| {
                Interval::of(&blocks.iter().map(figure).collect::<Vec<_>>())
            };
            let what = format!(
                "{}, {}",
                credential.name(),
                if recorded { "recorded" } else { "alone" }
            );
            rows.push(vec![
                what.clone(),
                mean(&empty, |block| block.throughput).shown(0),
                mean(&asked, |block| block.throughput).shown(0),
                of(|block| block.throughput).shown(2),
                of(|block| block.p99_ms).shown(2),
            ]);
            figures.push(json!({ "what": what, "empty": empty, "evaluation": asked }));
        }
        desk.close().await?;
    }
    Ok(Report {
        name: "evaluation",
        about: "POST /access/v1/evaluation of RealGuardIO's policies, 16 requests at a time, against an empty handler with the same authentication in the same process. Recorded: with every decision in the log, and the facts it was read from.",
        columns: vec![
            "authenticated by",
            "empty (1/s)",
            "evaluation (1/s)",
            "throughput, ratio",
            "p99, ratio",
        ],
        rows,
        figures: json!({ "users": users, "requestsInABlock": requests, "callers": CALLERS, "rows": figures }),
    })
}

/// Blocks at the empty handler, and at the one that decides.
async fn measured(
    desk: &Desk,
    credential: Credential,
    blocks: u32,
    requests: usize,
) -> anyhow::Result<[Vec<Block>; 2]> {
    let mut measured = [Vec::new(), Vec::new()];
    let paths = ["/empty", "/access/v1/evaluation"];
    // The first block warms up.
    for number in 0..=blocks {
        // Whoever comes first comes second next time.
        let turns = if number % 2 == 0 { [0, 1] } else { [1, 0] };
        for turn in turns {
            let block = block(desk, credential, paths[turn], (number, requests)).await?;
            if number > 0 {
                measured[turn].push(block);
            }
        }
    }
    Ok(measured)
}

async fn block(
    desk: &Desk,
    credential: Credential,
    path: &str,
    (number, requests): (u32, usize),
) -> anyhow::Result<Block> {
    let each = requests / CALLERS;
    let mut callers = Vec::new();
    for caller in 0..CALLERS {
        let first = number as usize * requests + caller * each;
        let questions = (first..first + each).map(|number| desk.request(path, credential, number));
        callers.push((
            Connection::open(desk.address).await?,
            questions.collect::<Vec<_>>(),
        ));
    }
    let started = Instant::now();
    let asking = callers.into_iter().map(|(mut connection, questions)| {
        tokio::spawn(async move {
            let mut times = Vec::with_capacity(questions.len());
            for question in &questions {
                let started = Instant::now();
                connection.ask(question).await?;
                times.push(started.elapsed().as_secs_f64() * 1e3);
            }
            anyhow::Ok(times)
        })
    });
    let times = try_join_all(asking).await?;
    let elapsed = started.elapsed().as_secs_f64();
    let times: anyhow::Result<Vec<_>> = times.into_iter().collect();
    let mut times = times?.concat();
    ensure!(!times.is_empty(), "nothing was asked");
    times.sort_unstable_by(f64::total_cmp);
    let count = u32::try_from(times.len())?;
    Ok(Block {
        throughput: f64::from(count) / elapsed,
        p99_ms: times[times.len() * 99 / 100],
    })
}
