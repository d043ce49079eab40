//! The decision table: everybody × every operation × every system × three instants.
//!
//! Each cell is asked through the services' own addresses under every strategy, and compared with what
//! `access` computes from the cast: one table, whoever decides. Nothing is changed by asking: an action names a version that no system has, and a caller's
//! right is judged before that, so 412 means *allowed*. What is explained is compared with the same table, and by its reasons from strategy to strategy.

mod expected;
mod explained;

use std::fmt::Write as _;

use access::Operation;
use anyhow::bail;
use demo_world::{
    api::{Answer, Api},
    cast,
};
use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use security_system_service::authorization::Strategy;
use serde_json::json;
use url::Url;

use self::expected::Cast;
use self::explained::Explained;
use stories::house::House;

/// New York is at UTC−4 until 1 November 2026, 02:00, and at UTC−5 from then on.
const INSTANTS: [(&str, &str); 3] = [
    (
        "Monday 11:00 in New York, 17:00 in Madrid: nobody with a schedule is on shift",
        "2026-10-19T15:00:00Z",
    ),
    (
        "Monday 23:00 in New York, Tuesday 05:00 in Madrid: Night Watch is on shift",
        "2026-10-20T03:00:00Z",
    ),
    (
        "Sunday 06:00 in New York, clocks put back that night: the shift has just ended; Sunday 12:00 in Madrid: the weekend operator's lasts",
        "2026-11-01T11:00:00Z",
    ),
];

#[tokio::test]
async fn the_decision_table() -> anyhow::Result<()> {
    let house = House::start().await?;
    let cast = Cast::of(&house.world)?;
    let mut table = String::new();
    let mut callers = Vec::new();
    for account in &house.world.accounts {
        let caller = house.provided(&account.email).await?;
        callers.push((&*account.email, caller.sharing(house.world.seen.clone())));
    }
    for (title, instant) in INSTANTS {
        let at: Timestamp = instant.parse()?;
        house.decisions.set(at);
        writeln!(table, "## {title}\n")?;
        for (email, caller) in &callers {
            for location in cast::CUSTOMERS
                .iter()
                .flat_map(|customer| customer.locations)
            {
                write!(table, "{email:<40} {:<17}", location.name)?;
                let explained = Explained::ask(caller, house.system(location.name)?).await?;
                for operation in Operation::ALL {
                    let cell = cast.cell(email, location.name, operation, at)?;
                    for strategy in Strategy::ALL {
                        let system = house.system(location.name)?;
                        assert_eq!(
                            ask(caller, system, operation, strategy).await?,
                            cell,
                            "{email} {operation:?} {} at {instant} by {strategy}",
                            location.name
                        );
                    }
                    explained.says(operation, &cell);
                    write!(table, " {cell:<16}")?;
                }
                table.truncate(table.trim_end().len());
                table.push('\n');
            }
        }
        table.push('\n');
    }
    insta::assert_snapshot!(table);
    Ok(())
}

/// What the service answers, in a word.
async fn ask(
    caller: &Api,
    system: Url,
    operation: Operation,
    strategy: Strategy,
) -> anyhow::Result<String> {
    let by = ("authorization-strategy", strategy.as_str());
    let answer = match action(operation) {
        None => caller.send(Method::GET, system, &[by], None).await?,
        Some(action) => {
            let body = json!({ "action": action });
            caller
                .send(
                    Method::PUT,
                    system,
                    &[by, ("if-match", "\"0\"")],
                    Some(&body),
                )
                .await?
        }
    };
    anyhow::ensure!(
        answer.header(by.0) == Some(by.1),
        "decided by another strategy"
    );
    verdict(operation, &answer)
}

fn action(operation: Operation) -> Option<&'static str> {
    match operation {
        Operation::View => None,
        Operation::Arm => Some("ARM"),
        Operation::Disarm => Some("DISARM"),
        Operation::Acknowledge => Some("ACKNOWLEDGE"),
    }
}

fn verdict(operation: Operation, answer: &Answer) -> anyhow::Result<String> {
    let allowed = match action(operation) {
        None => StatusCode::OK,
        Some(_) => StatusCode::PRECONDITION_FAILED,
    };
    Ok(match answer.status {
        status if status == allowed => "allowed".to_owned(),
        StatusCode::NOT_FOUND => "hidden".to_owned(),
        StatusCode::FORBIDDEN => {
            let kind = answer.text("type")?;
            kind.rsplit('/').next().unwrap_or_default().to_owned()
        }
        status => bail!("{status} to {operation:?}: {}", answer.body),
    })
}
