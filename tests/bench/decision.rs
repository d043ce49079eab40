//! What a decision costs.
//!
//! The same system is disarmed and armed in turns, by one person, over HTTP, under each strategy in
//! blocks that take turns. The service measures how much of that time passes in the decision; the
//! ratio is to the rest. A request without authorization to measure instead there is none: nothing is saved
//! without a permit. Beside the time, what it asks: [statements](queries) of the service's own database, and calls to
//! the owners of facts, who ask theirs, or to authz-service.

use std::collections::BTreeMap;
use std::time::Duration;

use demo_world::api::Api;
use reqwest::Method;
use security_system_service::authorization::Strategy;
use serde_json::json;
use tokio::time::Instant;

use super::Report;
use super::interval::Interval;
use super::queries;
use super::scrape::Scrape;
use crate::house::House;

const DISARMER: &str = "disarmer@blue-harbor.example";
const ARMER: &str = "armer@blue-harbor.example";
/// Who may be called for a decision.
const ASKED: [&str; 4] = [
    "customer-service",
    "dealer-service",
    "monitoring-service",
    "authz-service",
];
/// How many requests are in a block.
const BLOCK: u32 = 20;

/// One block under one strategy.
#[derive(serde::Serialize)]
struct Block {
    strategy: &'static str,
    /// The mean time of a request, in milliseconds.
    request_ms: f64,
    /// How much of it was the decision.
    decision_ms: f64,
    /// Calls to other services, for each request.
    calls: f64,
}

pub(super) async fn measure(house: &House, blocks: u32) -> anyhow::Result<Report> {
    let person = house.provided(DISARMER).await?;
    let second = house.provided(ARMER).await?;
    let mut measured = Vec::new();
    // The first block of each strategy warms up.
    for number in 0..=blocks {
        for strategy in Strategy::ALL {
            let block = block(house, [&person, &second], strategy).await?;
            if number > 0 {
                measured.push(block);
            }
        }
    }
    let people = [(DISARMER, &person), (ARMER, &second)];
    let mut rows = Vec::new();
    let mut queries = BTreeMap::new();
    for strategy in Strategy::ALL {
        let asked = queries::count(house, people, strategy).await?;
        queries.insert(strategy.as_str(), asked);
        let of = |figure: fn(&Block) -> f64| {
            let name = strategy.as_str();
            let blocks = measured.iter().filter(|block| block.strategy == name);
            Interval::of(&blocks.map(figure).collect::<Vec<_>>())
        };
        rows.push(vec![
            strategy.to_string(),
            of(|block| block.request_ms).shown(2),
            of(|block| block.decision_ms).shown(2),
            of(|block| block.request_ms / (block.request_ms - block.decision_ms)).shown(2),
            asked.request.to_string(),
            asked.decision.to_string(),
            of(|block| block.calls).shown(1),
        ]);
    }
    Ok(Report {
        name: "decision",
        about: "Arming and disarming over HTTP, one request at a time. The ratio is to the same request less its decision. Queries are those of the service's own database, begin and commit aside.",
        columns: vec![
            "strategy",
            "request (ms)",
            "of it decision (ms)",
            "ratio",
            "queries",
            "of them the decision's",
            "calls",
        ],
        rows,
        figures: json!({ "blocks": measured, "requestsInABlock": BLOCK, "queries": queries }),
    })
}

async fn block(house: &House, people: [&Api; 2], strategy: Strategy) -> anyhow::Result<Block> {
    let service = &house.addresses.security_system;
    let before = Scrape::of(&house.client, service).await?;
    let mut total = Duration::ZERO;
    for request in 0..BLOCK {
        let (person, action) = if request % 2 == 0 {
            (people[0], "DISARM")
        } else {
            (people[1], "ARM")
        };
        let system = house.system("Harbor Tower")?;
        let headers = [("authorization-strategy", strategy.as_str())];
        let body = json!({ "action": action });
        let started = Instant::now();
        let answer = person
            .send(Method::PUT, system, &headers, Some(&body))
            .await?;
        total += started.elapsed();
        anyhow::ensure!(
            answer.status.is_success(),
            "{}: {}",
            answer.status,
            answer.body
        );
        anyhow::ensure!(answer.header("authorization-strategy") == Some(strategy.as_str()));
    }
    let after = Scrape::of(&house.client, service).await?;
    let per_request = |name: &str, labels: &[(&str, &str)]| {
        (after.sum(name, labels) - before.sum(name, labels)) / f64::from(BLOCK)
    };
    let labels = [("strategy", strategy.as_str())];
    let decision = per_request("authorization_decision_duration_seconds_sum", &labels);
    let calls = ASKED.map(|service| {
        per_request(
            "client_request_duration_seconds_count",
            &[("service", service)],
        )
    });
    Ok(Block {
        strategy: strategy.as_str(),
        request_ms: total.as_secs_f64() * 1e3 / f64::from(BLOCK),
        decision_ms: decision * 1e3,
        calls: calls.iter().sum(),
    })
}
