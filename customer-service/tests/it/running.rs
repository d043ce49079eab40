//! The service as a whole: it listens, publishes by itself, and stops when told to.

use serde_json::{Value, json};
use testkit::organizations::running;

use crate::world::{World, config};

#[tokio::test]
async fn what_is_written_is_heard_by_others() {
    let world = World::start().await;
    let mut config = config(&world);
    let clocks = world.clocks();
    let run = |broker, listener, shutdown| {
        config.broker = broker;
        customer_service::run(config, clocks, listener, shutdown)
    };
    let state = |id: &Value| json!({ "customerId": id, "name": "Blue Harbor" });
    running::what_is_written_is_heard_by_others(&world, run, state).await;
}
