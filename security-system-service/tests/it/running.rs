//! The service as it runs: its workers, its readiness, its end.

use std::sync::Arc;

use access::SystemRole;
use chassis::clock::Clocks;
use outbox::{Hint, Hints, Message, Relay};
use security_system_service::{NAME, run};
use serde_json::{Value, json};
use testkit::nats::TestNats;
use testkit::postgres::TestDatabase;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::world::{ARMER, TOWER, World, customer, employment, location_id, path};

#[tokio::test]
async fn it_serves_publishes_and_stops() {
    let world = World::start().await;
    let nats = TestNats::start().await.unwrap();
    let config = world.config(&["--nats-url", nats.url().unwrap().as_str()]);
    let clocks = Clocks {
        decisions: Arc::new(world.clock.clone()),
        tokens: Arc::new(world.clock.clone()),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ready = format!("http://{}/health/ready", listener.local_addr().unwrap());
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(run(config, clocks, listener, shutdown.clone()));
    assert_eq!(reqwest::get(ready).await.unwrap().status(), 200);

    let js = nats.jetstream().await.unwrap();
    let mut hints = Hints::new(js.clone(), NAME);
    assert_eq!(hints.next().await, Hint::Live);
    let system = world.system(TOWER).await;
    world.act(ARMER, system, "ARM").await.expect(200);
    while !matches!(hints.next().await, Hint::Event(event) if event.version == 2) {}
    let stream = js.get_stream(NAME).await.unwrap();
    let subject = format!("{NAME}.security-system.{system}");
    let said = stream.get_last_raw_message_by_subject(&subject).await;
    let state: Value = serde_json::from_slice(&said.unwrap().payload).unwrap();
    assert_eq!(
        (&state["systemId"], &state["state"]),
        (&system.to_string().into(), &"ARMED".into())
    );

    shutdown.cancel();
    running.await.unwrap().unwrap();
}

#[tokio::test]
async fn it_decides_from_what_it_hears() {
    let world = World::start().await;
    let system = world.system(TOWER).await;
    let nats = TestNats::start().await.unwrap();
    let heard = tell(&world, &nats).await;

    let by_replica = "view=replicate,arm=replicate";
    let nats_url = nats.url().unwrap();
    let more = ["--nats-url", nats_url.as_str(), "--strategy", by_replica];
    let config = world.config_without_dealers(&more);
    let clocks = Clocks {
        decisions: Arc::new(world.clock.clone()),
        tokens: Arc::new(world.clock.clone()),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(run(config, clocks, listener, shutdown.clone()));
    world.network.cut();

    // Waits until it has heard of it.
    let client = reqwest::Client::new();
    let ask = client.put(format!("{address}{}", path(system)));
    let ask = ask.bearer_auth(world.token(ARMER));
    let ask = ask.header("consistency-token", heard);
    let done = ask.json(&json!({ "action": "ARM" })).send().await.unwrap();
    assert_eq!(done.status(), 200);
    assert_eq!(done.headers()["authorization-strategy"], "replicate");
    let done: Value = done.json().await.unwrap();
    assert_eq!(
        done["authorizedBy"]["grants"][0]["at"]["name"],
        "Customer 1"
    );

    shutdown.cancel();
    running.await.unwrap().unwrap();
}

/// What customer-service tells of the tower and its armer, and where that ends.
async fn tell(world: &World, nats: &TestNats) -> String {
    let outbox = TestDatabase::create(outbox::migrate).await.unwrap();
    let now = world.clock.now();
    let armer = employment(ARMER, 1, &[SystemRole::Armer]);
    let state = json!({ "customerId": customer(1), "name": "Customer 1" });
    let owner = {
        use customer_events::customer::{AGGREGATE, CHANGED};
        Message::changed(AGGREGATE, customer(1), 1, CHANGED, &state).unwrap()
    };
    let state = json!({
        "locationId": location_id(TOWER), "name": "Harbor Tower", "customerId": customer(1),
        "dealerId": null, "reservedBy": null,
    });
    let tower = {
        use customer_events::location::{AGGREGATE, CHANGED};
        Message::changed(AGGREGATE, location_id(TOWER), 1, CHANGED, &state).unwrap()
    };
    let state = json!({
        "employeeId": armer.id, "userId": armer.user, "customerId": customer(1), "name": "Somebody",
        "active": true, "roles": armer.roles, "locationRoles": {}, "schedule": null,
    });
    let armer = {
        use customer_events::employment::{AGGREGATE, CHANGED};
        Message::changed(AGGREGATE, armer.id, 1, CHANGED, &state).unwrap()
    };
    let mut tx = outbox.pool().begin().await.unwrap();
    let told = outbox::append(&mut tx, now, vec![owner, tower, armer]);
    let position = told.await.unwrap();
    tx.commit().await.unwrap();
    let js = nats.jetstream().await.unwrap();
    let mut relay = Relay::new(outbox.pool().clone(), js, "customer-service", move || now);
    while relay.step().await.unwrap().worked() {}
    format!(r#"customer-service="{position}""#)
}
