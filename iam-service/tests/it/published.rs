//! What iam-service tells others.

use std::sync::{Arc, Mutex};

use outbox::{Consumer, Event, Handler, Inbox, Relay};
use sqlx::PgConnection;
use testkit::nats::TestNats;
use testkit::postgres::TestDatabase;

use crate::events::ADA;
use crate::service::Service;

/// An event's type and state.
type Heard = (String, Option<serde_json::Value>);

/// Writes down what it hears.
#[derive(Clone, Default)]
struct Scribe(Arc<Mutex<Vec<Heard>>>);

impl Handler for Scribe {
    async fn apply(&self, _: &mut PgConnection, event: &Event) -> anyhow::Result<()> {
        self.0
            .lock()
            .unwrap()
            .push((event.event_type.clone(), event.state.clone()));
        Ok(())
    }

    async fn discard(&self, _: &mut PgConnection, _: i64, _: i64) -> anyhow::Result<u64> {
        Ok(0)
    }
}

#[tokio::test]
async fn users_are_published_and_nobody_is_told_who_signs_in() -> anyhow::Result<()> {
    let (service, nats) = (Service::start().await?, TestNats::start().await?);
    let listener = TestDatabase::create(async |pool| outbox::migrate(pool).await).await?;
    let scribe = Scribe::default();
    let inbox = Inbox::new(listener.pool().clone());
    let mut consumer = Consumer::new(
        inbox,
        nats.jetstream().await?,
        iam_events::SOURCE,
        scribe.clone(),
        || jiff::Timestamp::MAX,
    );
    let clock = service.clock.clone();
    let pool = service.database.pool().clone();
    let mut relay = Relay::new(
        pool,
        nats.jetstream().await?,
        iam_events::SOURCE,
        move || clock.now(),
    );

    let ada = service.user(ADA, "Ada").await?;
    let id_token = service.tokens(ADA).await?.text("id_token");
    while relay.step().await?.worked() {}
    while consumer.step().await?.worked() {}
    // Signed in once more, and out.
    service.code(ADA).await?;
    service
        .get("/oauth2/end-session")
        .query(&[("id_token_hint", id_token)])
        .send()
        .await?;
    while relay.step().await?.worked() {}
    while consumer.step().await?.worked() {}

    let user = serde_json::json!({ "userId": ada, "name": "Ada", "roles": [], "active": true });
    let heard = scribe.0.lock().unwrap().clone();
    assert_eq!(
        heard,
        [("io.realguardio.iam.user.changed.v1".to_owned(), Some(user))]
    );
    let kept = sqlx::query_scalar::<_, i64>("select count(distinct id) from outbox.message");
    assert_eq!(
        kept.fetch_one(service.database.pool()).await?,
        1,
        "what is kept for ever does not grow with every sign-in"
    );
    Ok(())
}
