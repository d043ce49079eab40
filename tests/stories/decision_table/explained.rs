//! What each strategy gives as a reason.

use access::Operation;
use anyhow::Context as _;
use demo_world::api::Api;
use reqwest::{Method, StatusCode};
use security_system_service::authorization::Strategy;
use serde_json::Value;
use url::Url;

/// What somebody is told of a system, by each strategy: of each operation whether they may, and why; nothing, where there
/// is no such system for them.
pub(super) struct Explained(Vec<Option<Vec<Value>>>);

impl Explained {
    /// Asks for it. Every strategy names the same facts, or the same missing one, save *provide*: a token does not tell a
    /// team's role from another.
    pub(super) async fn ask(caller: &Api, system: Url) -> anyhow::Result<Self> {
        let explanation: Url = format!("{system}/explanation").parse()?;
        let mut all = Vec::new();
        for strategy in Strategy::ALL {
            let by = ("authorization-strategy", strategy.as_str());
            let answer = caller
                .send(Method::GET, explanation.clone(), &[by], None)
                .await?;
            anyhow::ensure!(answer.header(by.0) == Some(by.1), "another one decided");
            if answer.status == StatusCode::NOT_FOUND {
                all.push(None);
                continue;
            }
            let operations = answer.body["operations"].as_array();
            let mut operations = operations.context("no explanation")?.clone();
            for said in &mut operations {
                anyhow::ensure!(said["strategy"].take() == by.1, "{said}");
            }
            all.push(Some(operations));
        }
        let telling = Strategy::ALL.into_iter().zip(&all);
        let mut telling = telling.filter(|(strategy, _)| *strategy != Strategy::Provide);
        let (_, first) = telling.next().context("no strategies")?;
        for (strategy, other) in telling {
            assert_eq!(first, other, "{system} by {strategy}");
        }
        Ok(Self(all))
    }

    /// Expects it to say what the answer to the attempt does.
    pub(super) fn says(&self, operation: Operation, cell: &str) {
        for (strategy, told) in Strategy::ALL.into_iter().zip(&self.0) {
            let word = told.as_ref().map_or("hidden", |operations| {
                let said = &operations[operation as usize];
                let reason = said["reason"].as_str();
                reason.or(said["outcome"].as_str()).unwrap_or_default()
            });
            assert_eq!(word, cell, "{operation:?} by {strategy}");
        }
    }
}
