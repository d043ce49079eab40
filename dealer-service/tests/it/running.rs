//! The service as a whole: it listens, publishes by itself, and stops when told to.

use std::net::Ipv4Addr;

use futures::StreamExt;
use serde_json::json;
use testkit::nats::TestNats;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::world::{World, config, nowhere};

#[tokio::test]
async fn what_is_written_is_heard_by_others() {
    let world = World::start().await;
    let nats = TestNats::start().await.unwrap();
    let heard = nats.client().await.unwrap();
    let mut heard = heard.subscribe("dealer-service.dealer.>").await.unwrap();

    let mut config = config(&world, &nowhere());
    config.organization.broker.nats_url = Some(nats.url().unwrap().as_str().into());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let shutdown = CancellationToken::new();
    let service = dealer_service::run(config, world.clocks(), listener, shutdown.clone());
    let service = tokio::spawn(service);

    let dealer = world.dealer("Keystone").await;
    let event = heard.next().await.unwrap();
    let state: serde_json::Value = serde_json::from_slice(&event.payload).unwrap();
    let expected =
        json!({ "dealerId": dealer.id, "name": "Keystone", "monitoringProviderId": null });
    assert_eq!(state, expected);

    shutdown.cancel();
    service.await.unwrap().unwrap();
}
