//! The service as a whole: it listens, publishes by itself, and stops when told to.

use std::net::Ipv4Addr;

use futures::StreamExt;
use serde_json::json;
use testkit::nats::TestNats;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::world::{World, config};

#[tokio::test]
async fn what_is_written_is_heard_by_others() {
    let world = World::start().await;
    let nats = TestNats::start().await.unwrap();
    let heard = nats.client().await.unwrap();
    let mut heard = heard
        .subscribe("customer-service.customer.>")
        .await
        .unwrap();

    let mut config = config(&world);
    config.broker.nats_url = Some(nats.url().unwrap().as_str().into());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let service = customer_service::run(config, world.clocks(), listener, shutdown.clone());
    let service = tokio::spawn(service);

    let platform = world.iam.user("platform-admin@realguardio.example");
    let token = world
        .mint
        .user(&platform)
        .claim("roles", ["REALGUARDIO_ADMINISTRATOR"])
        .token();
    let body = json!({ "name": "Blue Harbor", "administrator": { "email": "ada@example.org", "name": "Ada" } });
    let request = reqwest::Client::new().post(format!("http://{address}/customers"));
    let created = request.bearer_auth(token).json(&body).send().await.unwrap();
    assert_eq!(created.status(), 201);
    let created: serde_json::Value = created.json().await.unwrap();
    let event = heard.next().await.unwrap();
    let state: serde_json::Value = serde_json::from_slice(&event.payload).unwrap();
    assert_eq!(
        state,
        json!({ "customerId": created["id"], "name": "Blue Harbor" })
    );

    shutdown.cancel();
    service.await.unwrap().unwrap();
}
