//! What a service has published.

use async_nats::HeaderMap;
use async_nats::jetstream::consumer::{AckPolicy, pull};
use futures::{StreamExt, TryStreamExt};
use serde_json::Value;

use super::TestNats;

/// An event in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Its subject.
    pub subject: String,
    /// Its `CloudEvents` type.
    pub event_type: String,
    /// The aggregate's version.
    pub version: String,
    /// Its place in the outbox.
    pub position: String,
    /// The state; null for a tombstone.
    pub state: Value,
}

impl TestNats {
    /// All events in the stream of a service, without heartbeats.
    ///
    /// # Errors
    /// When there is no such stream, or it cannot be read.
    pub async fn published(&self, source: &str) -> anyhow::Result<Vec<Published>> {
        let stream = self.jetstream().await?.get_stream(source).await?;
        let count = usize::try_from(stream.cached_info().state.messages)?;
        let config = pull::Config {
            ack_policy: AckPolicy::None,
            ..Default::default()
        };
        let consumer = stream.create_consumer(config).await?;
        let messages: Vec<_> = consumer.messages().await?.take(count).try_collect().await?;
        let events = messages
            .into_iter()
            .filter(|message| !message.subject.ends_with("heartbeat"));
        let published = events.map(|message| {
            let header = |name| header(message.headers.as_ref(), name);
            Published {
                subject: message.subject.to_string(),
                event_type: header("ce-type"),
                version: header("ce-version"),
                position: header("ce-position"),
                state: serde_json::from_slice(&message.payload).unwrap_or(Value::Null),
            }
        });
        Ok(published.collect())
    }
}

fn header(headers: Option<&HeaderMap>, name: &str) -> String {
    let value = headers.and_then(|headers| headers.get(name));
    value.map_or_else(String::new, ToString::to_string)
}
