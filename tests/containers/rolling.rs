//! A rolling restart: two instances of every service behind one name, restarted one after the other. Nobody who asks at
//! the BFF is refused for it, whichever service the answer comes from or is decided by ([`Load::begin_at_browsers`]). That
//! there were too many requests, no time for one, or no facts that are new enough to decide by, may be said on a busy machine
//! at any time; anything else is a failure, also where it says when to come again. A change that must not be made twice is
//! passed on once: then it may be said that nobody knows, too.

use std::time::Duration;

use anyhow::Context as _;
use demo_world::services::SERVICES;
use reqwest::{Client, redirect::Policy};
use stories::town::{Containers, Part, Story};
use testkit::port;

use crate::load::{Employers, Load};

/// The one that browsers do not know by the name that the others know it by.
const ENTRANCE: &str = "bff";

#[test]
fn nobody_notices_that_all_services_are_restarted() -> anyhow::Result<()> {
    super::SITE.tell_alone("rolling", rolling)
}

async fn rolling(story: Story) -> anyhow::Result<()> {
    let containers = story.containers()?;
    let mut outcome = restarts(&story, containers).await;
    // In any case: whatever is told next is told of one instance each.
    containers.entrance.lead_to(containers.bff);
    for service in SERVICES {
        let remove = containers.part(&["rm", "--force", "--volumes"], Part(service.name, 2));
        outcome = outcome.and(remove.await);
    }
    outcome
}

async fn restarts(story: &Story, containers: &Containers) -> anyhow::Result<()> {
    let customer = story.customer("Rolling Stock").await?;
    let system = story.system(&customer.opens("Depot").await?).await?;
    let roles = ["SECURITY_SYSTEM_ARMER", "SECURITY_SYSTEM_DISARMER"];
    let guard = customer.hires("grace", &roles).await?;
    let employers = Employers {
        customer: &customer,
        dealer: &story.dealer("Rolling Alarms").await?,
        provider: &story.provider("Rolling Eyes").await?,
    };
    story.settles().await?;
    let beside = port::lasting().await?.local_addr()?;
    for service in SERVICES {
        let published = (service.name == ENTRANCE).then_some(beside);
        containers.second(service.name, published).await?;
        containers.is_well(Part(service.name, 2)).await?;
    }
    let client = impatient()?;
    let load = Load::begin_at_browsers(story.town, &client, employers, &guard, &system);
    let mut load = load.await?;
    for service in SERVICES {
        for (instance, other) in [(1, beside), (2, containers.bff)] {
            if service.name == ENTRANCE {
                // As whoever balances does: nobody new comes to one that is about to stop.
                containers.entrance.lead_to(other);
            }
            let part = Part(service.name, instance);
            containers.part(&["restart", "-t10"], part).await?;
            containers.is_well(part).await?;
            let goes_on = load.goes_on(2).await;
            goes_on.with_context(|| format!("after {part:?} was restarted"))?;
        }
    }
    load.end().await.map(drop)
}

/// Keeps no connection, as little as a balancer keeps one to an instance that is about to stop.
fn impatient() -> anyhow::Result<Client> {
    let client = Client::builder().no_proxy().redirect(Policy::none());
    let client = client.pool_max_idle_per_host(0);
    Ok(client.timeout(Duration::from_secs(10)).build()?)
}
