//! A request that is sent until it is answered, and who sends it.

use std::fmt;

use demo_world::{
    api::{Answer, Api, Seen, key},
    visitor::Visitor,
};
use reqwest::{Client, Method};
use security_system_service::authorization::Strategy;
use serde_json::Value;
use url::Url;

use crate::house::PASSWORD;

/// A request, the same whenever it is sent.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    header: Option<(&'static str, String)>,
    body: Option<Value>,
}

impl Request {
    /// Reads something, as this strategy has it.
    pub(super) fn read(url: Url, strategy: Option<Strategy>) -> Self {
        let by = |strategy: Strategy| ("authorization-strategy", strategy.to_string());
        Self {
            method: Method::GET,
            url,
            header: strategy.map(by),
            body: None,
        }
    }

    /// Creates something, under an idempotency key of its own.
    pub(super) fn create(url: Url, body: Value) -> Self {
        Self {
            method: Method::POST,
            url,
            header: Some(("idempotency-key", key())),
            body: Some(body),
        }
    }

    /// Changes what has this version, and nothing newer.
    pub(super) fn change(url: Url, version: i64, body: Value) -> Self {
        Self {
            method: Method::PUT,
            url,
            header: Some(("if-match", format!("\"{version}\""))),
            body: Some(body),
        }
    }

    /// Removes what has this version, and nothing newer.
    pub(super) fn remove(url: Url, version: i64) -> Self {
        Self {
            method: Method::DELETE,
            body: None,
            ..Self::change(url, version, Value::Null)
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)?;
        match &self.body {
            Some(body) => write!(f, " {body}"),
            None => Ok(()),
        }
    }
}

/// Somebody signed in: with a token, or at a browser.
pub(super) enum Voice {
    /// Calls the services.
    Token {
        issuer: Url,
        email: String,
        api: Api,
    },
    /// Calls the BFF.
    Browser { visitor: Box<Visitor>, seen: Seen },
}

impl Voice {
    /// Somebody with a token, who knows of all that was written by those who share this.
    pub(super) async fn signed_in(
        client: &Client,
        issuer: &Url,
        email: &str,
        seen: &Seen,
    ) -> anyhow::Result<Self> {
        let token = token(client, issuer, email).await?;
        Ok(Self::Token {
            issuer: issuer.clone(),
            email: email.to_owned(),
            api: Api::new(client.clone(), token).sharing(seen.clone()),
        })
    }

    pub(super) async fn send(&mut self, request: &Request) -> anyhow::Result<Answer> {
        let headers = request.header.iter();
        let headers: Vec<_> = headers.map(|(name, value)| (*name, &**value)).collect();
        let (method, url, body) = (
            request.method.clone(),
            request.url.clone(),
            request.body.as_ref(),
        );
        match self {
            Self::Token { api, .. } => api.send(method, url, &headers, body).await,
            Self::Browser { visitor, seen } => {
                let answer = visitor.send(method, url, &headers, body).await?;
                seen.hear(&answer.headers)?;
                Ok(answer)
            }
        }
    }

    /// Gets another token for one that has expired. Browsers need none: a session is not lost.
    pub(super) async fn refresh(&mut self, client: &Client) -> anyhow::Result<()> {
        match self {
            Self::Token { issuer, email, api } => {
                *api = api.renewed(token(client, issuer, email).await?);
                Ok(())
            }
            Self::Browser { .. } => anyhow::bail!("the session is lost"),
        }
    }
}

async fn token(client: &Client, issuer: &Url, email: &str) -> anyhow::Result<String> {
    let mut visitor = Visitor::new(client.clone());
    visitor.sign_in(issuer, email, PASSWORD).await
}
