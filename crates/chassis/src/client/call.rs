//! A call, from its making to its answer.

use ::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use metrics::histogram;
use reqwest::RequestBuilder;
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::Instant;
use tracing::{Instrument as _, field::Empty, info_span};

use super::{ClientError, ServiceClient};

/// What the other service answered.
#[derive(Debug, Clone)]
pub struct Reply<T> {
    /// The status: a success.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: T,
}

/// A call in the making.
#[must_use = "a call is made by `send` or `done`"]
#[derive(Debug)]
pub struct Call<'a> {
    pub(super) client: &'a ServiceClient,
    pub(super) name: String,
    pub(super) request: RequestBuilder,
}

impl Call<'_> {
    /// The name of the service that is called.
    #[must_use]
    pub fn service(&self) -> &str {
        self.client.service()
    }

    /// With a JSON body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.request = self.request.json(body);
        self
    }

    /// With a query.
    pub fn query(mut self, query: &impl Serialize) -> Self {
        self.request = self.request.query(query);
        self
    }

    /// With a header.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Makes the call and reads the JSON that is answered.
    ///
    /// # Errors
    ///
    /// When it is refused, or nothing is known.
    pub async fn send<T: DeserializeOwned>(self) -> Result<Reply<T>, ClientError> {
        let client = self.client;
        let reply = self.exchange().await?;
        let body = serde_json::from_slice(&reply.body).map_err(|error| {
            client.unavailable(format!("an answer that is not understood: {error}"))
        })?;
        Ok(Reply {
            status: reply.status,
            headers: reply.headers,
            body,
        })
    }

    /// Makes the call, whose answer has no body.
    ///
    /// # Errors
    ///
    /// When it is refused, or nothing is known.
    pub async fn done(self) -> Result<Reply<()>, ClientError> {
        let reply = self.exchange().await?;
        Ok(Reply {
            status: reply.status,
            headers: reply.headers,
            body: (),
        })
    }

    async fn exchange(self) -> Result<Reply<Vec<u8>>, ClientError> {
        let span = info_span!(
            "call",
            otel.name = self.name,
            otel.kind = "client",
            peer.service = self.client.service(),
            outcome = Empty,
        );
        let started = Instant::now();
        let result = self
            .client
            .send(self.request)
            .instrument(span.clone())
            .await;
        let outcome = match &result {
            Ok(_) => "answered",
            Err(ClientError::Refused { .. }) => "refused",
            Err(ClientError::Behind { .. }) => "behind",
            Err(ClientError::Crowded { .. }) => "crowded",
            Err(ClientError::TooLarge { .. }) => "too-large",
            Err(ClientError::Unavailable { .. }) => "unavailable",
        };
        span.record("outcome", outcome);
        histogram!(
            "client_request_duration_seconds",
            "service" => self.client.service().to_owned(), "outcome" => outcome
        )
        .record(started.elapsed());
        result
    }
}
