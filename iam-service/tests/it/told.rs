//! Claims from what was heard of the owners' events.

use access::CustomerId;
use customer_events::customer;
use iam_claims::Claims;
use jiff::SignedDuration;
use outbox::{ConsistencyToken, Message};
use serde_json::json;
use testkit::nats::TestNats;
use uuid::Uuid;

use crate::client::decode;
use crate::events::{ADA, Organizations, hear};
use crate::service::{Options, Service};

/// What the token of somebody claims who signs in now.
async fn claims(service: &Service) -> anyhow::Result<Claims> {
    let (_, all) = decode(&service.access_token(ADA).await?)?;
    Ok(Claims::read(&all["facts"].to_string())?)
}

async fn started() -> anyhow::Result<(Service, TestNats)> {
    let options = Options {
        replicates: true,
        ..Options::default()
    };
    Ok((
        Service::start_with(options).await?,
        TestNats::start().await?,
    ))
}

#[tokio::test]
async fn what_is_heard_can_be_claimed() -> anyhow::Result<()> {
    let (service, nats) = started().await?;
    let mut customers = Organizations::start(&service, &nats, customer_events::SOURCE).await?;
    let ada = service.user(ADA, "Ada").await?;
    assert_eq!(claims(&service).await?, Claims::unavailable());
    let state = json!({ "customerId": Uuid::from_u128(1), "name": "Blue Harbor" });
    let id = CustomerId::from(Uuid::from_u128(1));
    let named = Message::changed(customer::AGGREGATE, id, 1, customer::CHANGED, &state)?;
    customers.append(&service, named).await?;
    let position = customers.write(&service, &ada, 1, Some(true)).await?;
    customers.publish().await?;
    hear(&service, &nats).await?;
    let told = claims(&service).await?;
    let held = told.employments()?;
    assert_eq!((held.len(), held[0].name.as_str()), (1, "Blue Harbor"));
    let at = ConsistencyToken::of(customer_events::SOURCE, position);
    assert_eq!(*told.facts_at(), at);
    assert_eq!(told.reach()?, []);
    customers.write(&service, &ada, 2, Some(false)).await?;
    customers.publish().await?;
    hear(&service, &nats).await?;
    assert_eq!(claims(&service).await?.employments()?, []);
    Ok(())
}

#[tokio::test]
async fn what_is_older_than_it_may_be_is_not_claimed() -> anyhow::Result<()> {
    let (service, nats) = started().await?;
    let mut customers = Organizations::start(&service, &nats, customer_events::SOURCE).await?;
    service.user(ADA, "Ada").await?;
    customers.publish().await?;
    hear(&service, &nats).await?;
    assert_eq!(claims(&service).await?.age_ms(), 0);

    // The owner, or the broker, is silent from here on.
    service.clock.advance(SignedDuration::from_secs(5));
    assert_eq!(claims(&service).await?.age_ms(), 5_000);
    service.clock.advance(SignedDuration::from_millis(1));
    assert_eq!(claims(&service).await?, Claims::unavailable());

    customers.publish().await?;
    hear(&service, &nats).await?;
    assert_eq!(claims(&service).await?.employments()?, []);
    Ok(())
}
