//! How long a change takes to count.
//!
//! An administrator takes a role away, or gives it back. From the answer on, the person asks again and
//! again, without a consistency token. What is measured is how long after the administrator's answer
//! the last question was asked that got the old answer; nothing, if the first got the new one.

use std::time::Duration;

use anyhow::ensure;
use demo_world::api::Api;
use reqwest::{Method, StatusCode};
use security_system_service::authorization::Strategy;
use serde_json::json;
use tokio::time::Instant;
use url::Url;

use super::Report;
use crate::house::House;

const PERSON: &str = "disarmer@blue-harbor.example";
/// Beyond this a change is lost, not late.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn measure(house: &House, rounds: u32) -> anyhow::Result<Report> {
    let person = house.caller(PERSON).await?;
    let admin = house.caller("admin@blue-harbor.example").await?;
    let customer = &house.world.ids.customers["Blue Harbor Offices"];
    let employee = &house.world.ids.employees[PERSON];
    let roles = house
        .addresses
        .customer
        .join(&format!("/customers/{customer}/employees/{employee}/roles"))?;
    let mut rows = Vec::new();
    let mut figures = Vec::new();
    let mut delays = Strategy::LIVE.map(|_| [Vec::new(), Vec::new()]);
    for _ in 0..rounds {
        for (strategy, [denials, grants]) in Strategy::LIVE.into_iter().zip(&mut delays) {
            let change = Change {
                house,
                admin: &admin,
                person: &person,
                roles: &roles,
                strategy,
            };
            denials.push(change.made(&[], StatusCode::NOT_FOUND).await?);
            let disarmer = ["SECURITY_SYSTEM_DISARMER"];
            grants.push(
                change
                    .made(&disarmer, StatusCode::PRECONDITION_FAILED)
                    .await?,
            );
        }
    }
    for (strategy, both) in Strategy::LIVE.into_iter().zip(&mut delays) {
        for (what, delays) in ["revoke → deny", "grant → allow"].into_iter().zip(both) {
            delays.sort_unstable();
            let at = |percent: usize| delays[(delays.len() - 1) * percent / 100];
            let shown = |delay: Duration| format!("{:.1}", delay.as_secs_f64() * 1e3);
            let (p50, p99, max) = (at(50), at(99), at(100));
            rows.push(vec![
                strategy.to_string(),
                what.to_owned(),
                shown(p50),
                shown(p99),
                shown(max),
            ]);
            let micros: Vec<_> = delays.iter().map(Duration::as_micros).collect();
            figures.push(json!({ "strategy": strategy, "what": what, "delaysUs": micros }));
        }
    }
    Ok(Report {
        name: "revocation",
        about: "How long after an administrator's change the last request was sent that got the old answer, in milliseconds.",
        columns: vec!["strategy", "change", "p50", "p99", "max"],
        rows,
        figures: figures.into(),
    })
}

struct Change<'a> {
    house: &'a House,
    admin: &'a Api,
    person: &'a Api,
    roles: &'a Url,
    strategy: Strategy,
}

impl Change<'_> {
    /// Makes it, and asks until the answer is the new one.
    async fn made(&self, roles: &[&str], new: StatusCode) -> anyhow::Result<Duration> {
        let body = json!({ "roles": roles });
        self.admin.put(self.roles.clone(), None, &body).await?;
        let answered = Instant::now();
        let mut old = Duration::ZERO;
        loop {
            let asked = answered.elapsed();
            ensure!(asked < PATIENCE, "the change does not arrive");
            if self.ask().await? == new {
                return Ok(old);
            }
            old = asked;
        }
    }

    /// Nothing is changed by asking: the version is none that a system has.
    async fn ask(&self) -> anyhow::Result<StatusCode> {
        let headers = [
            ("authorization-strategy", self.strategy.as_str()),
            ("if-match", "\"0\""),
        ];
        let body = json!({ "action": "DISARM" });
        let system = self.house.system("Harbor Tower")?;
        let answer = self
            .person
            .send(Method::PUT, system, &headers, Some(&body))
            .await?;
        Ok(answer.status)
    }
}
