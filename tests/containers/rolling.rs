//! A rolling restart: two instances of every service behind one name, restarted one after the other, and nobody
//! who asks at the BFF notices.

use anyhow::{bail, ensure};
use demo_world::services::SERVICES;
use demo_world::visitor::Visitor;
use reqwest::Method;
use serde_json::json;
use stories::town::{Ground, Part, Story, Town, tell_alone};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use url::Url;

#[test]
fn nobody_notices_that_all_services_are_restarted() -> anyhow::Result<()> {
    tell_alone(&super::TOWN, Town::of_containers, "rolling", rolling)
}

async fn rolling(story: Story) -> anyhow::Result<()> {
    let Ground::Containers(containers) = &story.town.ground else {
        bail!("no containers");
    };
    // The BFF is one: browsers reach it at one port of this machine.
    let behind = || SERVICES.iter().filter(|service| service.name != "bff");
    for service in behind() {
        containers.second(service.name).await?;
        containers.is_well(Part(service.name, 2)).await?;
    }
    let customer = story.customer("Rolling Stock").await?;
    let mut visitor = Visitor::new(story.town.client.clone());
    let login = story.town.origin.join("/bff/login?returnTo=/")?;
    visitor
        .enter(login, &customer.email, &story.town.password)
        .await?;
    let employees = format!("/api/customers/{}/employees", customer.id);
    let employees = story.town.origin.join(&employees)?;
    let (closing, (count, mut hired)) = (CancellationToken::new(), watch::channel(0));
    let hiring = tokio::spawn(hire(visitor, employees, count, closing.clone()));
    for service in behind() {
        for instance in [1, 2] {
            let (part, enough) = (Part(service.name, instance), *hired.borrow() + 3);
            containers.part(&["restart", "-t10"], part).await?;
            containers.is_well(part).await?;
            if hired.wait_for(|count| *count >= enough).await.is_err() {
                hiring.await??;
                bail!("nobody is hired any more");
            }
        }
    }
    closing.cancel();
    hiring.await?
}

/// Hires without a pause, and takes no failure.
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
        let key = [(
            "idempotency-key",
            format!("{:032x}", rand::random::<u128>()),
        )];
        let headers = key.each_ref().map(|(name, key)| (*name, key.as_str()));
        let sent = visitor.send(Method::POST, employees.clone(), &headers, Some(&body));
        let answer = sent.await?;
        ensure!(
            answer.status.is_success(),
            "{number}: {} {}",
            answer.status,
            answer.body
        );
        count.send_modify(|count| *count += 1);
    }
    Ok(())
}
