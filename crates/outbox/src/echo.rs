//! A stream as it is heard by those who may not read it: the headers of what it stores, and never a state.

use async_nats::jetstream::Context;
use async_nats::{Client, Request, RequestErrorKind, Subscriber};
use futures::StreamExt as _;
use tokio::time::timeout;

use crate::broker;
use crate::envelope::{Envelope, Illegible};
use crate::feed::{ANSWER, FeedError, SILENCE, unreachable};

/// Nobody listens to this, and only the broker can say so.
const NOBODY: &str = "nobody";

/// A message without its state, if it can be read.
pub(crate) type Said = Result<Envelope, Box<Illegible>>;

/// Hears one stream from now on. What is stored while nobody listens is not heard.
pub(crate) struct Echo {
    source: String,
    client: Client,
    subscriber: Subscriber,
}

impl Echo {
    /// Listens. The stream need not be there yet.
    pub(crate) async fn open(js: &Context, source: &str) -> Result<Self, FeedError> {
        let client = js.client();
        let subscriber = client
            .subscribe(broker::echo(source))
            .await
            .map_err(unreachable)?;
        let echo = Self {
            source: source.to_owned(),
            client,
            subscriber,
        };
        // It hears what it is told in order: with the answer it has heard of the subscription too.
        echo.reach().await?;
        Ok(echo)
    }

    /// What is stored next, without its state; nothing where it is quiet for a while. Dropped before it
    /// is ready, it has heard nothing.
    pub(crate) async fn next(&mut self) -> Result<Option<Said>, FeedError> {
        let Ok(heard) = timeout(SILENCE, self.subscriber.next()).await else {
            self.reach().await?;
            return Ok(None);
        };
        let message = heard.ok_or_else(|| unreachable("the subscription has ended"))?;
        let headers = message.headers.unwrap_or_default();
        let subject = broker::echoed(&message.subject);
        Ok(Some(Envelope::read(&self.source, subject, &headers, &[])))
    }

    /// Whether the broker answers.
    async fn reach(&self) -> Result<(), FeedError> {
        let request = Request::new().timeout(Some(ANSWER));
        match self.client.send_request(NOBODY, request).await {
            Err(error) if error.kind() != RequestErrorKind::NoResponders => Err(unreachable(error)),
            _ => Ok(()),
        }
    }
}
