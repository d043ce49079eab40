//! A service as far as events go: an outbox, and a relay that a test drives.

use async_nats::jetstream::Context;
use outbox::{Message, Position, Relay};
use serde_json::{Value, json};
use testkit::{clock::TestClock, postgres::TestDatabase};
use uuid::Uuid;

use crate::backend::ADA;

pub(crate) struct Publisher {
    database: TestDatabase,
    relay: Relay,
    clock: TestClock,
}

impl Publisher {
    /// A service that has published nothing yet, not even its stream.
    pub(crate) async fn new(js: Context, source: &str, clock: TestClock) -> Self {
        let database = TestDatabase::create(outbox::migrate).await.unwrap();
        let time = clock.clone();
        let relay = Relay::new(database.pool().clone(), js, source, move || time.now());
        Self {
            database,
            relay,
            clock,
        }
    }

    /// Says something; it has been published when this returns.
    pub(crate) async fn say(&mut self, message: Message) -> Position {
        let mut tx = self.database.pool().begin().await.unwrap();
        let position = outbox::append(&mut tx, self.clock.now(), vec![message])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.publish().await;
        position
    }

    /// Publishes what there is, and its stream at least.
    pub(crate) async fn publish(&mut self) {
        while self.relay.step().await.unwrap().worked() {}
    }
}

/// A system as its service tells of it, changed by Bo.
pub(crate) fn system(id: Uuid, state: &str, version: i64, action: Option<&str>) -> Message {
    use security_system_events::system::{AGGREGATE, CHANGED};
    let state = json!({
        "systemId": id, "locationId": id, "customerId": id, "state": state, "version": version,
        "changedBy": { "userId": Uuid::from_u128(0xb0), "name": "Bo Chen" }, "at": "2026-11-22T12:00:00Z",
        "action": action,
    });
    Message::changed(AGGREGATE, id, version, CHANGED, &state).unwrap()
}

/// An employment of somebody; what it says does not matter here.
pub(crate) fn employment_of(user: Uuid) -> Message {
    use customer_events::employment::{AGGREGATE, CHANGED};
    Message::changed(AGGREGATE, Uuid::from_u128(1), 1, CHANGED, &Value::Null)
        .unwrap()
        .users([user])
}

/// A team; what it says does not matter here, nor for those that follow.
pub(crate) fn team() -> Message {
    use customer_events::team::{AGGREGATE, CHANGED};
    anything(AGGREGATE, CHANGED)
}

/// A customer.
pub(crate) fn customer() -> Message {
    use customer_events::customer::{AGGREGATE, CHANGED};
    anything(AGGREGATE, CHANGED)
}

/// A dealer.
pub(crate) fn dealer() -> Message {
    use dealer_events::dealer::{AGGREGATE, CHANGED};
    anything(AGGREGATE, CHANGED)
}

/// A monitoring provider.
pub(crate) fn provider() -> Message {
    use monitoring_events::monitoring_provider::{AGGREGATE, CHANGED};
    anything(AGGREGATE, CHANGED)
}

fn anything(aggregate: &'static str, event_type: &'static str) -> Message {
    Message::changed(aggregate, Uuid::from_u128(3), 1, event_type, &Value::Null).unwrap()
}

/// Ada's id as a number.
pub(crate) fn ada() -> Uuid {
    ADA.parse().unwrap()
}
