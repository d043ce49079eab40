//! The services behind: where an allowed request is sent on, with the person's token.

use std::{collections::HashMap, time::Duration};

use axum::body::Bytes;
use chassis::{
    client::{Breaker, BreakerSettings, is_repeatable, send_repeatable},
    http::deadline,
    telemetry,
};
use http::{HeaderMap, HeaderValue, Method, header};
use metrics::histogram;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, timeout};
use tracing::{Instrument as _, field::Empty, info_span};
use url::Url;

use crate::domain::{Service, Target};

/// Left of a request's deadline for saying that a service did not answer. Less than the services
/// behind [keep](deadline::spendable) for themselves, so that what they say in time is heard.
const FOR_ANSWERING: Duration = Duration::from_millis(200);

/// How long an answer may take where no request is waiting for it.
const UNHURRIED: Duration = Duration::from_secs(5);

/// How long an answer may take, for the request that is being answered.
#[must_use]
pub fn patience() -> Duration {
    deadline::remaining().map_or(UNHURRIED, |left| left.saturating_sub(FOR_ANSWERING))
}

/// The services.
#[derive(Debug)]
pub struct Upstreams {
    client: reqwest::Client,
    services: HashMap<Service, Upstream>,
}

/// One service, behind a circuit breaker.
#[derive(Debug)]
struct Upstream {
    base: Url,
    breaker: Breaker,
}

/// A request to be sent on.
#[derive(Debug)]
pub struct Outgoing {
    /// Its method.
    pub method: Method,
    /// Where to.
    pub target: Target,
    /// The query, as the browser wrote it.
    pub query: Option<String>,
    /// What is passed on of the headers, and what is added to them.
    pub headers: HeaderMap,
    /// The whole body: it is small, and a browser that is slow to send it keeps no service waiting.
    pub body: Bytes,
    /// How long an answer may take.
    pub patience: Duration,
}

/// Nothing is known about what a service did.
#[derive(Debug, thiserror::Error)]
#[error("{service} is unavailable: {cause}")]
pub struct NoReply {
    service: &'static str,
    cause: String,
}

impl Upstreams {
    /// Services at these addresses.
    pub fn new(
        client: reqwest::Client,
        addresses: impl IntoIterator<Item = (Service, Url)>,
    ) -> Self {
        let services = addresses.into_iter().map(|(service, base)| {
            let breaker = Breaker::new(service.name(), BreakerSettings::default());
            (service, Upstream { base, breaker })
        });
        Self {
            client,
            services: services.collect(),
        }
    }

    /// Sends a request on with a person's token. An answer of any status is an answer.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn send(
        &self,
        outgoing: Outgoing,
        token: &SecretString,
    ) -> Result<reqwest::Response, NoReply> {
        let service = outgoing.target.service.name();
        let span = info_span!(
            "call",
            otel.name = format!("{} {service}", outgoing.method),
            otel.kind = "client",
            peer.service = service,
            http.response.status_code = Empty,
        );
        let started = Instant::now();
        let result = self
            .exchange(outgoing, token)
            .instrument(span.clone())
            .await;
        if let Ok(response) = &result {
            span.record("http.response.status_code", response.status().as_u16());
        }
        let outcome = if result.is_ok() {
            "answered"
        } else {
            "unavailable"
        };
        histogram!("client_request_duration_seconds", "service" => service, "outcome" => outcome)
            .record(started.elapsed());
        result.map_err(|cause| NoReply { service, cause })
    }

    async fn exchange(
        &self,
        outgoing: Outgoing,
        token: &SecretString,
    ) -> Result<reqwest::Response, String> {
        let upstream = self
            .services
            .get(&outgoing.target.service)
            .ok_or("no address")?;
        let pass = upstream
            .breaker
            .pass(Instant::now())
            .ok_or("circuit open")?;
        let patience = outgoing.patience;
        let is_repeatable = is_repeatable(&outgoing.method, &outgoing.headers);
        let request = self.request(&upstream.base, outgoing, token);
        let sent = async {
            if is_repeatable {
                send_repeatable(request).await
            } else {
                request.send().await
            }
        };
        match timeout(patience, sent).await {
            Ok(Ok(response)) => {
                pass.succeeded();
                Ok(response)
            }
            Ok(Err(error)) => {
                pass.failed(Instant::now());
                Err(format!("{:#}", anyhow::Error::new(error)))
            }
            Err(_) => {
                pass.silent(patience, UNHURRIED, Instant::now());
                Err("no answer in time".to_owned())
            }
        }
    }

    fn request(
        &self,
        base: &Url,
        outgoing: Outgoing,
        token: &SecretString,
    ) -> reqwest::RequestBuilder {
        let mut url = base.clone();
        url.set_path(&format!(
            "{}{}",
            base.path().trim_end_matches('/'),
            outgoing.target.path
        ));
        url.set_query(outgoing.query.as_deref());
        let mut headers = outgoing.headers;
        telemetry::inject(&mut headers);
        // A token is letters, digits and a few signs; another one is nobody's.
        if let Ok(mut bearer) = HeaderValue::try_from(format!("Bearer {}", token.expose_secret())) {
            bearer.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, bearer);
        }
        let request = self.client.request(outgoing.method, url).headers(headers);
        if outgoing.body.is_empty() {
            request
        } else {
            request.body(outgoing.body)
        }
    }
}
