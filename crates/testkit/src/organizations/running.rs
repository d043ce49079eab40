//! The service as a whole: it listens, publishes by itself, and stops when told to.

use std::net::Ipv4Addr;

use axum::http::StatusCode;
use chassis::config::Broker;
use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::World;
use crate::nats::TestNats;

/// Starts the service by `run`; an organization that is created by its address is heard of by
/// others, in this state. It has its id, and the name Blue Harbor.
pub async fn what_is_written_is_heard_by_others<F>(
    world: &World,
    run: impl FnOnce(Broker, TcpListener, CancellationToken) -> F,
    state: impl FnOnce(&Value) -> Value,
) where
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let nats = TestNats::start().await.unwrap();
    let heard = nats.client().await.unwrap();
    let subject = format!("{}.{}.>", world.service.name, world.service.aggregate);
    let mut heard = heard.subscribe(subject).await.unwrap();

    let broker = Broker {
        nats_url: Some(nats.url().unwrap().as_str().into()),
        nats_url_file: None,
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let service = tokio::spawn(run(broker, listener, shutdown.clone()));

    let body = json!({ "name": "Blue Harbor",
        "administrator": { "email": "ada@example.org", "name": "Ada" } });
    let created = reqwest::Client::new()
        .post(format!("http://{address}{}", world.service.path))
        .bearer_auth(world.founder())
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(created.status(), StatusCode::CREATED);
    let created: Value = created.json().await.unwrap();
    let event = heard.next().await.unwrap();
    let stated: Value = serde_json::from_slice(&event.payload).unwrap();
    assert_eq!(stated, state(&created["id"]));

    shutdown.cancel();
    service.await.unwrap().unwrap();
}
