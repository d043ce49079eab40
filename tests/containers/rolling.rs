//! A rolling restart: two instances of every service behind one name, restarted one after the other. Nobody who asks at
//! the BFF is refused for it. That there were too many requests, or that there was no time for one, may be said on a busy
//! machine at any time; anything else is a failure, also where it says when to come again.

use std::time::Duration;

use anyhow::{Context as _, bail};
use demo_world::{
    api::{Answer, key},
    services::SERVICES,
    visitor::Visitor,
};
use reqwest::{Client, Method, redirect::Policy};
use serde_json::json;
use stories::town::{Part, Story};
use testkit::port;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use url::Url;

/// The one that browsers do not know by the name that the others know it by.
const ENTRANCE: &str = "bff";

/// How long it may take until somebody is hired, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn nobody_notices_that_all_services_are_restarted() -> anyhow::Result<()> {
    super::SITE.tell_alone("rolling", rolling)
}

async fn rolling(story: Story) -> anyhow::Result<()> {
    let containers = story.containers()?;
    let beside = port::lasting().await?.local_addr()?;
    for service in SERVICES {
        let published = (service.name == ENTRANCE).then_some(beside);
        containers.second(service.name, published).await?;
        containers.is_well(Part(service.name, 2)).await?;
    }
    let customer = story.customer("Rolling Stock").await?;
    let client = impatient()?;
    let visitor = story.town.visitor_by(&client, &customer.email).await?;
    let employees = format!("/api/customers/{}/employees", customer.id);
    let employees = story.town.origin.join(&employees)?;
    let (closing, (count, mut hired)) = (CancellationToken::new(), watch::channel(0));
    let hiring = tokio::spawn(hire(visitor, employees, count, closing.clone()));
    for service in SERVICES {
        for (instance, other) in [(1, beside), (2, containers.bff)] {
            if service.name == ENTRANCE {
                // As whoever balances does: nobody new comes to one that is about to stop.
                containers.entrance.lead_to(other);
            }
            let (part, enough) = (Part(service.name, instance), *hired.borrow() + 3);
            containers.part(&["restart", "-t10"], part).await?;
            containers.is_well(part).await?;
            let goes_on = timeout(PATIENCE, hired.wait_for(|count| *count >= enough)).await;
            if goes_on.context("nobody is hired any more")?.is_err() {
                hiring.await??;
                bail!("nobody hires any more");
            }
        }
    }
    closing.cancel();
    hiring.await??;
    for service in SERVICES {
        containers
            .part(&["rm", "--force", "--volumes"], Part(service.name, 2))
            .await?;
    }
    Ok(())
}

/// Keeps no connection, as little as a balancer keeps one to an instance that is about to stop.
fn impatient() -> anyhow::Result<Client> {
    let client = Client::builder().no_proxy().redirect(Policy::none());
    let client = client.pool_max_idle_per_host(0);
    Ok(client.timeout(Duration::from_secs(10)).build()?)
}

/// Hires without a pause, and takes no failure. Whoever is told that all are busy comes again.
async fn hire(
    mut visitor: Visitor,
    employees: Url,
    count: watch::Sender<usize>,
    closing: CancellationToken,
) -> anyhow::Result<()> {
    while !closing.is_cancelled() {
        let number = *count.borrow();
        let email = format!("hand-{number}@rolling.example");
        let body = json!({ "email": email, "name": "Hand", "roles": [] });
        let key = key();
        loop {
            let key = [("idempotency-key", &*key)];
            let sent = visitor.send(Method::POST, employees.clone(), &key, Some(&body));
            let answer = sent.await?;
            if answer.status.is_success() {
                break;
            }
            let told = format!("{number}: {} {}", answer.status, answer.body);
            let moment = moment(&answer).context(told.clone())?;
            eprintln!("{told}");
            if timeout(moment, closing.cancelled()).await.is_ok() {
                return Ok(());
            }
        }
        count.send_modify(|count| *count += 1);
    }
    Ok(())
}

/// When to come again, if that all are busy is the answer.
fn moment(answer: &Answer) -> Option<Duration> {
    let kind = answer.body["type"].as_str()?;
    let busy = ["/too-many-requests", "/timeout"];
    if !busy.iter().any(|busy| kind.ends_with(busy)) {
        return None;
    }
    let seconds = answer.header("retry-after")?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}
