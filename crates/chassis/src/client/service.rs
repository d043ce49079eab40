//! The client of one other service.

use std::{sync::Arc, time::Duration};

use ::http::{Method, StatusCode};
use reqwest::RequestBuilder;
use secrecy::ExposeSecret as _;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::{
    Breaker, BreakerSettings, Call, ClientError, Reply, TokenSource,
    exchange::{ExchangeError, exchange},
};
use crate::{
    http::deadline,
    problem::{NOT_FRESH_ENOUGH, ProblemBody, UNDECIDED},
};

/// Calls one other service.
#[derive(Debug)]
pub struct ServiceClient {
    base: Url,
    audience: String,
    tokens: Arc<TokenSource>,
    http: reqwest::Client,
    deadline: Duration,
    breaker: Breaker,
}

impl ServiceClient {
    /// A client of the service at this address, which is the audience of the tokens.
    #[must_use]
    pub fn new(
        base: Url,
        audience: &str,
        tokens: Arc<TokenSource>,
        http: reqwest::Client,
        deadline: Duration,
    ) -> Self {
        Self {
            base,
            audience: audience.to_owned(),
            tokens,
            http,
            deadline,
            breaker: Breaker::new(audience, BreakerSettings::default()),
        }
    }

    /// The same with another breaker, for tests that open one: in production all are alike.
    #[must_use]
    pub fn with_breaker(self, settings: BreakerSettings) -> Self {
        let breaker = Breaker::new(&self.audience, settings);
        Self { breaker, ..self }
    }

    /// A call, to be completed and sent. The path begins with a slash.
    pub fn call(&self, method: Method, path: &str) -> Call<'_> {
        let address = format!("{}{path}", self.base.as_str().trim_end_matches('/'));
        Call {
            client: self,
            name: format!("{method} {}", self.audience),
            request: self.http.request(method, address),
        }
    }

    /// `GET`.
    pub fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    /// `POST`.
    pub fn post(&self, path: &str) -> Call<'_> {
        self.call(Method::POST, path)
    }

    /// `PUT`.
    pub fn put(&self, path: &str) -> Call<'_> {
        self.call(Method::PUT, path)
    }

    /// `DELETE`.
    pub fn delete(&self, path: &str) -> Call<'_> {
        self.call(Method::DELETE, path)
    }

    /// The name of the service, which is the audience of the tokens.
    pub(super) fn service(&self) -> &str {
        &self.audience
    }

    pub(super) fn unavailable(&self, cause: impl Into<String>) -> ClientError {
        ClientError::Unavailable {
            service: self.audience.clone(),
            cause: cause.into(),
        }
    }

    pub(super) async fn send(
        &self,
        request: RequestBuilder,
    ) -> Result<Reply<Vec<u8>>, ClientError> {
        let Some(pass) = self.breaker.pass(Instant::now()) else {
            return Err(self.unavailable("circuit open"));
        };
        let limit = deadline::spendable().map_or(self.deadline, |left| left.min(self.deadline));
        let deadline = Instant::now() + limit;
        // Without a token the other service was not asked: that says nothing about its health.
        let token = timeout_at(deadline, self.tokens.token(&self.audience))
            .await
            .map_err(|_| self.unavailable("no token in time"))?
            .map_err(|error| self.unavailable(format!("no token: {error:#}")))?;
        let exchange = exchange(request.bearer_auth(token.expose_secret()));
        let Ok(exchanged) = timeout_at(deadline, exchange).await else {
            pass.silent(limit, self.deadline, Instant::now());
            return Err(self.unavailable("deadline passed"));
        };
        let result = match exchanged {
            Ok(reply) => self.judge(reply),
            Err(ExchangeError::TooLarge) => Err(ClientError::TooLarge {
                service: self.audience.clone(),
            }),
            Err(error) => Err(self.unavailable(error.describe())),
        };
        match &result {
            Err(ClientError::Unavailable { .. }) => pass.failed(Instant::now()),
            _ => pass.succeeded(),
        }
        result
    }

    /// Is it an answer, a refusal, or as good as none?
    fn judge(&self, reply: Reply<Vec<u8>>) -> Result<Reply<Vec<u8>>, ClientError> {
        let status = reply.status;
        if status.is_success() {
            return Ok(reply);
        }
        if status == StatusCode::UNAUTHORIZED {
            // Our own token was not accepted, so this is no answer to what was asked.
            self.tokens.forget(&self.audience);
            return Err(self.unavailable("our token was not accepted"));
        }
        let service = self.audience.clone();
        let problem: Option<Box<ProblemBody>> = serde_json::from_slice(&reply.body).ok();
        let slug = problem.as_ref().map(|problem| problem.slug());
        let mut in_want = [&NOT_FRESH_ENOUGH, &UNDECIDED].into_iter();
        if in_want.any(|kind| status == kind.status() && slug == Some(kind.slug())) {
            return Err(ClientError::Behind { service });
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(ClientError::Crowded { service });
        }
        if !status.is_client_error() {
            return Err(self.unavailable(format!("answered {status}")));
        }
        Err(ClientError::Refused {
            service,
            status,
            problem,
        })
    }
}
