//! The service as it runs: its workers, its readiness, its end.

use std::sync::Arc;

use chassis::clock::Clocks;
use outbox::{Hint, Hints};
use security_system_service::{NAME, run};
use testkit::nats::TestNats;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::world::{ARMER, TOWER, World};

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

    let mut hints = Hints::new(nats.jetstream().await.unwrap(), NAME);
    assert_eq!(hints.next().await, Hint::Live);
    let system = world.system(TOWER).await;
    world.act(ARMER, system, "ARM").await.expect(200);
    let state = loop {
        if let Hint::Event(event) = hints.next().await
            && event.version == 2
        {
            break event.state.clone().unwrap();
        }
    };
    assert_eq!(
        (&state["systemId"], &state["state"]),
        (&system.to_string().into(), &"ARMED".into())
    );

    shutdown.cancel();
    running.await.unwrap().unwrap();
}
