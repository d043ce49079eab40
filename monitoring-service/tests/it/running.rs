//! The service as a whole: it listens, publishes by itself, and stops when told to.

use serde_json::{Value, json};
use testkit::organizations::running;

use crate::world::{World, config, nowhere};

#[tokio::test]
async fn what_is_written_is_heard_by_others() {
    let world = World::start().await;
    let mut config = config(&world, &nowhere(), &nowhere());
    let clocks = world.clocks();
    let run = |broker, listener, shutdown| {
        config.organization.broker = broker;
        monitoring_service::run(config, clocks, listener, shutdown)
    };
    let state = |id: &Value| json!({ "monitoringProviderId": id, "name": "Blue Harbor" });
    running::what_is_written_is_heard_by_others(&world, run, state).await;
}
