//! A stream read in its order, each message once, from a place that the reader remembers.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::jetstream::context::{ContextBuilder, RequestErrorKind};
use async_nats::jetstream::response::Response;
use async_nats::jetstream::stream::{Info, RawMessageErrorKind, Stream};
use async_nats::jetstream::{Context, ErrorCode};
use async_nats::{Client, Subscriber};
use futures::future::try_join_all;
use futures::{FutureExt as _, StreamExt as _};
use tokio::time::timeout;

use crate::broker;
use crate::envelope::{Envelope, Illegible};

/// How many messages are taken at once; whoever gets fewer has got all that there were.
pub(crate) const BATCH: usize = 256;
/// How many questions are asked at once.
const WINDOW: u64 = 64;
/// How long the broker may take to answer.
pub(crate) const ANSWER: Duration = Duration::from_secs(2);
/// How long a reader waits for an echo before it asks: no publisher is silent for so long.
pub(crate) const SILENCE: Duration = Duration::from_secs(3);

/// A place in a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Which stream of that name: when it was created, in nanoseconds. Made anew, it counts anew.
    pub(crate) created: i64,
    /// The sequence of the last message read.
    pub(crate) sequence: u64,
}

/// A message with the sequence it has in the stream.
pub(crate) struct Delivery {
    pub(crate) sequence: u64,
    pub(crate) subject: String,
    pub(crate) envelope: Result<Envelope, Box<Illegible>>,
}

/// Why a stream cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// NATS could not be asked, or did not answer.
    #[error("the stream cannot be reached")]
    Unreachable(#[source] async_nats::Error),
    /// There is another stream of the same name now.
    #[error("the stream was made anew")]
    Replaced,
}

/// Reads one stream by asking for the message after the last.
///
/// The broker keeps nothing about its readers, so that there is nothing to lose: a reader knows its
/// place by itself, and a feed that failed is thrown away and opened again from there.
pub(crate) struct Feed {
    source: String,
    stream: Stream<()>,
    echo: Subscriber,
    place: Place,
}

impl Feed {
    /// Reads on behind `after`, or from the first message if that is a place in another stream of
    /// the same name. Nothing while there is no such stream.
    pub(crate) async fn open(
        js: &Context,
        source: &str,
        after: Place,
    ) -> Result<Option<Self>, FeedError> {
        let client = js.client();
        // Listen first, then look: what is stored in between has then been heard.
        let echo = client
            .subscribe(broker::echo(source))
            .await
            .map_err(unreachable)?;
        let Some((js, info)) = find(&client, source).await? else {
            return Ok(None);
        };
        let stream = js.get_stream_no_info(source).await.map_err(unreachable)?;
        let place = resume(&info, after);
        Ok(Some(Self {
            source: source.to_owned(),
            stream,
            echo,
            place,
        }))
    }

    /// The place behind the last message that was returned.
    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// The sequence of the stream's last message.
    pub(crate) async fn head(&self) -> Result<u64, FeedError> {
        let info = self.stream.get_info().await.map_err(unreachable)?;
        if created(&info) == self.place.created {
            Ok(info.state.last_sequence)
        } else {
            Err(FeedError::Replaced)
        }
    }

    /// The next messages that are there, in order. Dropped before it is ready, it has read nothing.
    pub(crate) async fn read(&mut self) -> Result<Vec<Delivery>, FeedError> {
        let mut batch = BTreeMap::new();
        let mut place = self.place;
        // As a rule one message is there, and none behind it: both are learnt at once.
        let mut window = 2;
        while batch.len() < BATCH {
            let known = batch.len();
            let questions = (0..window).map(|ahead| self.after(place.sequence + ahead));
            let answers = try_join_all(questions).await?;
            let end = answers.iter().any(Option::is_none);
            batch.extend(
                answers
                    .into_iter()
                    .flatten()
                    .map(|next| (next.sequence, next)),
            );
            place.sequence = batch.keys().last().copied().unwrap_or(place.sequence);
            if end {
                break;
            }
            // Where the sequences lie close together, ask for many at once; where what was
            // superseded has left holes, that would give the same answers again.
            let found = batch.len() - known;
            window = if found as u64 == window {
                WINDOW.min(2 * window)
            } else {
                found as u64
            };
        }
        self.place = place;
        Ok(batch.into_values().collect())
    }

    /// Waits until there may be something to read.
    pub(crate) async fn wait(&mut self) -> Result<(), FeedError> {
        if timeout(SILENCE, self.echo.next()).await.is_err() {
            self.head().await?;
        }
        // One look is enough for all that was heard.
        while let Some(Some(_)) = self.echo.next().now_or_never() {}
        Ok(())
    }

    /// The first message behind `sequence`.
    async fn after(&self, sequence: u64) -> Result<Option<Delivery>, FeedError> {
        let request = self.stream.raw_message_builder().sequence(sequence + 1);
        match request
            .next_by_subject(format!("{}.>", self.source))
            .send()
            .await
        {
            Ok(message) => {
                let envelope = Envelope::read(
                    &self.source,
                    &message.subject,
                    &message.headers,
                    &message.payload,
                );
                Ok(Some(Delivery {
                    sequence: message.sequence,
                    subject: message.subject.to_string(),
                    envelope,
                }))
            }
            Err(error) if matches!(error.kind(), RawMessageErrorKind::NoMessageFound) => Ok(None),
            Err(error) => Err(unreachable(error)),
        }
    }
}

/// Finds the stream of `source`: that which its publisher exports, or, on a broker without accounts,
/// the one that lies open to everybody.
async fn find(client: &Client, source: &str) -> Result<Option<(Context, Info)>, FeedError> {
    let ask = ContextBuilder::new().timeout(ANSWER);
    let exported = ask.api_prefix(broker::prefix(source)).build(client.clone());
    match info(&exported, source).await {
        Err(NoInfo::NobodyThere) => {}
        Err(NoInfo::Failed(error)) => return Err(error),
        Ok(found) => return Ok(found.map(|info| (exported, info))),
    }
    let open = ContextBuilder::new().timeout(ANSWER).build(client.clone());
    match info(&open, source).await {
        Err(NoInfo::NobodyThere) => Ok(None),
        Err(NoInfo::Failed(error)) => Err(error),
        Ok(found) => Ok(found.map(|info| (open, info))),
    }
}

enum NoInfo {
    NobodyThere,
    Failed(FeedError),
}

async fn info(js: &Context, source: &str) -> Result<Option<Info>, NoInfo> {
    match js.request(format!("STREAM.INFO.{source}"), &()).await {
        Ok(Response::Ok(info)) => Ok(Some(info)),
        Ok(Response::Err { error }) if error.error_code() == ErrorCode::STREAM_NOT_FOUND => {
            Ok(None)
        }
        Ok(Response::Err { error }) => Err(NoInfo::Failed(unreachable(error))),
        Err(error) if error.kind() == RequestErrorKind::NoResponders => Err(NoInfo::NobodyThere),
        Err(error) => Err(NoInfo::Failed(unreachable(error))),
    }
}

fn resume(info: &Info, after: Place) -> Place {
    let created = created(info);
    let there = after.created == created && after.sequence <= info.state.last_sequence;
    let sequence = if there { after.sequence } else { 0 };
    Place { created, sequence }
}

fn created(info: &Info) -> i64 {
    // Nanoseconds since 1970 fit until 2262.
    i64::try_from(info.created.unix_timestamp_nanos()).unwrap_or_default()
}

pub(crate) fn unreachable(error: impl Into<async_nats::Error>) -> FeedError {
    FeedError::Unreachable(error.into())
}
