//! What a service has published.

use async_nats::HeaderMap;
use async_nats::jetstream;
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

impl Published {
    /// What it says: the aggregate and what became of it, which version, and its state.
    #[must_use]
    pub fn said(&self) -> (&str, &str, &Value) {
        let kind = self.event_type.splitn(4, '.').last();
        (kind.unwrap_or_default(), &self.version, &self.state)
    }
}

impl TestNats {
    /// All events in the stream of a service, without heartbeats.
    ///
    /// # Errors
    ///
    /// When there is no such stream, or it cannot be read.
    pub async fn published(&self, source: &str) -> anyhow::Result<Vec<Published>> {
        events(self.jetstream().await?.get_stream(source).await?).await
    }

    /// The same, once the service has published everything up to this position. Asked as the service itself,
    /// whose password is its name.
    ///
    /// # Errors
    ///
    /// When the stream cannot be read.
    pub async fn published_by(
        &self,
        source: &str,
        position: i64,
    ) -> anyhow::Result<Vec<Published>> {
        let broker = jetstream::new(self.client_of(source, source).await?);
        let stream = broker.get_stream(source).await?;
        let config = pull::Config {
            ack_policy: AckPolicy::None,
            filter_subject: format!("{source}.heartbeat"),
            ..Default::default()
        };
        let mut heartbeats = stream.create_consumer(config).await?.messages().await?;
        while let Some(heartbeat) = heartbeats.try_next().await? {
            let reached = Published::read(&heartbeat.message).position;
            if reached.parse::<i64>()? >= position {
                return events(broker.get_stream(source).await?).await;
            }
        }
        anyhow::bail!("the stream of {source} has ended")
    }

    /// The event of this version on this subject, as soon as it is there. Asked as the service itself,
    /// whose password is its name.
    ///
    /// # Errors
    ///
    /// When the stream cannot be read.
    pub async fn arrives(
        &self,
        source: &str,
        subject: &str,
        version: &str,
    ) -> anyhow::Result<Published> {
        let wanted = |published: &Published| published.version == version;
        self.first(source, subject, wanted).await
    }

    /// The first event on this subject, as soon as it is there, asked for in the same way.
    ///
    /// # Errors
    ///
    /// When the stream cannot be read.
    pub async fn appears(&self, source: &str, subject: &str) -> anyhow::Result<Published> {
        self.first(source, subject, |_| true).await
    }

    async fn first(
        &self,
        source: &str,
        subject: &str,
        wanted: impl Fn(&Published) -> bool,
    ) -> anyhow::Result<Published> {
        let broker = jetstream::new(self.client_of(source, source).await?);
        let config = pull::Config {
            ack_policy: AckPolicy::None,
            filter_subject: subject.to_owned(),
            ..Default::default()
        };
        let stream = broker.get_stream(source).await?;
        let mut messages = stream.create_consumer(config).await?.messages().await?;
        while let Some(message) = messages.try_next().await? {
            let published = Published::read(&message.message);
            if wanted(&published) {
                return Ok(published);
            }
        }
        anyhow::bail!("the stream of {source} has ended")
    }
}

/// All events in a stream, without heartbeats.
async fn events(stream: jetstream::stream::Stream) -> anyhow::Result<Vec<Published>> {
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
    Ok(events
        .map(|message| Published::read(&message.message))
        .collect())
}

impl Published {
    fn read(message: &async_nats::Message) -> Self {
        let header = |name| header(message.headers.as_ref(), name);
        Self {
            subject: message.subject.to_string(),
            event_type: header("ce-type"),
            version: header("ce-version"),
            position: header("ce-position"),
            state: serde_json::from_slice(&message.payload).unwrap_or(Value::Null),
        }
    }
}

fn header(headers: Option<&HeaderMap>, name: &str) -> String {
    let value = headers.and_then(|headers| headers.get(name));
    value.map_or_else(String::new, ToString::to_string)
}
