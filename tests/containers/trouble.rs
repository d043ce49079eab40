//! Whatever happens to a container, nothing that was accepted is lost, and everybody goes on to say the same.
//!
//! While containers are stopped, paused, killed, restarted and taken off the network, people work without a pause through every
//! service ([`Load`]), each request sent with the same key until somebody who knows answers it. In the end everything
//! that was accepted is there, once, and all strategies agree on what everybody may do.

use anyhow::{Context as _, ensure};
use reqwest::{Method, StatusCode};
use security_system_service::authorization::Strategy;
use stories::town::{Part, Story};
use tokio::time::Instant;

use crate::faults::Plan;
use crate::load::{Employers, Load};

#[test]
fn nothing_is_lost_whatever_happens_to_a_container() -> anyhow::Result<()> {
    super::SITE.tell_alone("trouble", trouble)
}

async fn trouble(story: Story) -> anyhow::Result<()> {
    let containers = story.containers()?;
    let mut customer = story.customer("Stormy Heights").await?;
    let system = story.system(&customer.opens("Heights").await?).await?;
    let roles = ["SECURITY_SYSTEM_ARMER", "SECURITY_SYSTEM_DISARMER"];
    let mut grace = customer.hires("grace", &roles).await?;
    let employers = Employers {
        customer: &customer,
        dealer: &story.dealer("Stormy Alarms").await?,
        provider: &story.provider("Stormy Eyes").await?,
    };
    let mut load = Load::begin(&story, employers, &grace, &system).await?;
    let plan = Plan::made();
    println!("| container | what happens | accepted meanwhile | s until everybody goes on |");
    println!("|---|---|---|---|");
    for &(part, fault) in &plan.faults {
        let goes_on = load.goes_on(1).await;
        goes_on.with_context(|| format!("before {part:?} is {fault}"))?;
        let before = load.accepted();
        plan.happens(containers, part, fault).await?;
        let (meanwhile, healed) = (load.accepted() - before, Instant::now());
        let goes_on = load.goes_on(2).await;
        goes_on.with_context(|| format!("after {part:?} was {fault}"))?;
        let (Part(name, _), took) = (part, healed.elapsed().as_secs_f32());
        println!("| {name} | {fault} | {meanwhile} | {took:.1} |");
    }
    let accepted = load.end().await?;
    println!("{accepted} requests were accepted, and nothing of them is lost.");
    grace.api = story.caller(&grace.email).await?;
    customer.admin = story.caller(&customer.email).await?;
    story.settles().await?;
    let may = story.disarm(&grace, &system).await?;
    ensure!(may.status == StatusCode::OK, "{}", may.body);
    customer.grants(&grace, &[]).await?;
    let hidden = story.disarm(&grace, &system).await?;
    ensure!(hidden.status == StatusCode::NOT_FOUND, "{}", hidden.body);
    everybody_is_told_the_same(&story).await
}

/// Whoever is in the demo world sees the same under every strategy.
async fn everybody_is_told_the_same(story: &Story) -> anyhow::Result<()> {
    let all = story
        .town
        .addresses
        .security_system
        .join("/securitysystems")?;
    for account in &story.town.world.accounts {
        let caller = story.caller(&account.email).await?;
        let mut told = Vec::new();
        for strategy in Strategy::LIVE {
            let by = [("authorization-strategy", strategy.as_str())];
            let list = caller.send(Method::GET, all.clone(), &by, None).await?;
            let (is_list, who) = (list.status == StatusCode::OK, &account.email);
            ensure!(
                is_list,
                "{who} is told {} by {strategy}: {}",
                list.status,
                list.body
            );
            told.push(list.body);
        }
        let alike = told.windows(2).all(|pair| pair[0] == pair[1]);
        ensure!(alike, "{} is told {told:?}", account.email);
    }
    Ok(())
}
