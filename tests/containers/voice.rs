//! Somebody who takes no silence for an answer.

use std::fmt;
use std::time::Duration;

use anyhow::bail;
use demo_world::{
    api::{Answer, Api, key},
    visitor::Visitor,
};
use reqwest::{Method, StatusCode};
use security_system_service::authorization::Strategy;
use serde_json::Value;
use stories::town::Town;
use tokio::time::{Instant, MissedTickBehavior, interval};
use url::Url;

/// How long an answer may be waited for, over all attempts.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// How often to ask.
const BEAT: Duration = Duration::from_millis(100);

/// A request, the same whenever it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    method: Method,
    url: Url,
    header: Option<(&'static str, String)>,
    body: Option<Value>,
}

/// Somebody signed in.
pub(crate) struct Voice {
    town: &'static Town,
    email: String,
    hand: Hand,
}

/// What they ask by.
enum Hand {
    /// A token, at the services.
    Token(Api),
    /// A session, at the BFF.
    Session(Box<Visitor>),
}

impl Request {
    /// Reads something.
    pub(crate) const fn read(url: Url) -> Self {
        Self {
            method: Method::GET,
            url,
            header: None,
            body: None,
        }
    }

    /// Creates something, under an idempotency key of its own.
    pub(crate) fn create(url: Url, body: Value) -> Self {
        Self {
            method: Method::POST,
            url,
            header: Some(("idempotency-key", key())),
            body: Some(body),
        }
    }

    /// Does something to a system, if this strategy says that it may be done.
    pub(crate) fn act(system: Url, strategy: Strategy, body: Value) -> Self {
        Self {
            method: Method::PUT,
            url: system,
            header: Some(("authorization-strategy", strategy.to_string())),
            body: Some(body),
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.body.as_ref().unwrap_or(&Value::Null);
        write!(f, "{} {} {body}", self.method, self.url)
    }
}

impl Voice {
    /// Somebody with a token.
    pub(crate) fn of(town: &'static Town, email: &str, api: Api) -> Self {
        Self {
            town,
            email: email.to_owned(),
            hand: Hand::Token(api),
        }
    }

    /// Somebody at a browser, whose session has to last.
    pub(crate) async fn at_a_browser(town: &'static Town, email: &str) -> anyhow::Result<Self> {
        Ok(Self {
            town,
            email: email.to_owned(),
            hand: Hand::Session(Box::new(town.visitor(email).await?)),
        })
    }

    /// Sends a request until somebody who knows has answered it, and expects a yes.
    pub(crate) async fn insists(&mut self, request: &Request) -> anyhow::Result<Answer> {
        let (begun, mut beat) = (Instant::now(), interval(BEAT));
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while begun.elapsed() < PATIENCE {
            beat.tick().await;
            match self.send(request).await {
                Ok(answer) if answer.status.is_success() => return Ok(answer),
                Ok(answer) if answer.status == StatusCode::UNAUTHORIZED => self.renews().await?,
                Ok(answer) if is_final(&answer) => {
                    bail!("{request}: {} {}", answer.status, answer.body)
                }
                _ => {}
            }
        }
        bail!("nobody answers {request}")
    }

    async fn send(&mut self, request: &Request) -> anyhow::Result<Answer> {
        let Request {
            method,
            url,
            header,
            body,
        } = request;
        let headers = header.iter().map(|(name, value)| (*name, &**value));
        let headers: Vec<_> = headers.collect();
        let (method, url) = (method.clone(), url.clone());
        match &mut self.hand {
            Hand::Token(api) => api.send(method, url, &headers, body.as_ref()).await,
            Hand::Session(visitor) => visitor.send(method, url, &headers, body.as_ref()).await,
        }
    }

    /// Gets another token for one that has expired.
    async fn renews(&mut self) -> anyhow::Result<()> {
        let Hand::Token(api) = &mut self.hand else {
            bail!("the session of {} is lost", self.email);
        };
        // iam-service may be the one that is gone; then the next refusal leads here again.
        if let Ok(token) = self.town.token(&self.email).await {
            *api = api.renewed(token);
        }
        Ok(())
    }
}

/// A refusal that stays one, unlike that because another attempt of ours is still at work.
fn is_final(answer: &Answer) -> bool {
    let kind = answer.body["type"].as_str().unwrap_or_default();
    answer.status.is_client_error() && !kind.ends_with("/idempotency-key-in-flight")
}
