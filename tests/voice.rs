//! Somebody who asks, and what they ask: a request is the same whenever it is sent.
//!
//! When to send it again, and what to make of silence, whoever has the voice knows: `trouble` and the stories in containers
//! each have rules of their own.

use std::fmt;

use anyhow::bail;
use demo_world::{
    api::{Answer, Api, Seen, key},
    visitor::Visitor,
};
use reqwest::Method;
use security_system_service::authorization::Strategy;
use serde_json::Value;
use url::Url;

/// A request, the same whenever it is sent.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where it goes.
    pub url: Url,
    method: Method,
    header: Option<(&'static str, String)>,
    body: Option<Value>,
}

/// Somebody signed in: with a token, or at a browser.
pub struct Voice {
    email: String,
    hand: Hand,
}

/// What they ask by.
enum Hand {
    /// A token, at the services.
    Token(Api),
    /// A session, at the BFF; and who is told of what is written there.
    Session(Box<Visitor>, Seen),
}

/// A list that is read part by part.
pub struct Parts {
    all: Url,
    next: Option<Url>,
    items: Vec<Value>,
}

impl Request {
    /// Reads something.
    #[must_use]
    pub const fn read(url: Url) -> Self {
        Self {
            url,
            method: Method::GET,
            header: None,
            body: None,
        }
    }

    /// Creates something, under an idempotency key of its own.
    #[must_use]
    pub fn create(url: Url, body: Value) -> Self {
        Self {
            url,
            method: Method::POST,
            header: Some(("idempotency-key", key())),
            body: Some(body),
        }
    }

    /// Does something to a system, whatever its version.
    #[must_use]
    pub const fn act(system: Url, body: Value) -> Self {
        Self {
            url: system,
            method: Method::PUT,
            header: None,
            body: Some(body),
        }
    }

    /// Changes what has this version, and nothing newer.
    #[must_use]
    pub fn change(url: Url, version: i64, body: Value) -> Self {
        Self {
            url,
            method: Method::PUT,
            header: Some(("if-match", format!("\"{version}\""))),
            body: Some(body),
        }
    }

    /// Removes what has this version, and nothing newer.
    #[must_use]
    pub fn remove(url: Url, version: i64) -> Self {
        Self {
            method: Method::DELETE,
            body: None,
            ..Self::change(url, version, Value::Null)
        }
    }

    /// Whether it comes to the same when it is heard twice, so that whoever passes it on may send it again.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.method == Method::GET || matches!(self.header, Some(("idempotency-key", _)))
    }

    /// Reads or acts, if this strategy says that it may be done.
    #[must_use]
    pub fn by(self, strategy: Strategy) -> Self {
        let header = Some(("authorization-strategy", strategy.to_string()));
        Self { header, ..self }
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

impl Voice {
    /// Somebody with a token.
    #[must_use]
    pub fn with_token(email: &str, api: Api) -> Self {
        Self {
            email: email.to_owned(),
            hand: Hand::Token(api),
        }
    }

    /// Somebody at a browser, whose session has to last. Those who share this know of what they write.
    #[must_use]
    pub fn at_a_browser(email: &str, visitor: Visitor, seen: Seen) -> Self {
        Self {
            email: email.to_owned(),
            hand: Hand::Session(Box::new(visitor), seen),
        }
    }

    /// Sends a request once, and reads the answer, whatever it is.
    pub async fn send(&mut self, request: &Request) -> anyhow::Result<Answer> {
        let headers = request.header.iter();
        let headers: Vec<_> = headers.map(|(name, value)| (*name, &**value)).collect();
        let (method, url) = (request.method.clone(), request.url.clone());
        let body = request.body.as_ref();
        match &mut self.hand {
            Hand::Token(api) => api.send(method, url, &headers, body).await,
            Hand::Session(visitor, seen) => {
                let answer = visitor.send(method, url, &headers, body).await?;
                seen.hear(&answer.headers)?;
                Ok(answer)
            }
        }
    }

    /// Who is to have another token, where theirs has expired. Browsers need none: a session is not lost.
    pub fn holder(&self) -> anyhow::Result<&str> {
        match self.hand {
            Hand::Token(_) => Ok(&self.email),
            Hand::Session(..) => bail!("the session of {} is lost", self.email),
        }
    }

    /// Goes on with another token.
    pub fn goes_on_with(&mut self, token: String) {
        if let Hand::Token(api) = &mut self.hand {
            *api = api.renewed(token);
        }
    }
}

impl Parts {
    /// All parts of a list.
    #[must_use]
    pub fn of(all: Url) -> Self {
        Self {
            next: Some(part(&all, None)),
            all,
            items: Vec::new(),
        }
    }

    /// What is to be read next; nothing, once there is no more.
    pub const fn next_part(&mut self) -> Option<Url> {
        self.next.take()
    }

    /// Takes what was read there.
    pub fn add(&mut self, mut read: Value) {
        if let Value::Array(more) = read["items"].take() {
            self.items.extend(more);
        }
        let page = read["nextPage"].as_str();
        self.next = page.map(|page| part(&self.all, Some(page)));
    }

    /// All that was read.
    #[must_use]
    pub fn items(self) -> Vec<Value> {
        self.items
    }
}

fn part(all: &Url, page: Option<&str>) -> Url {
    let mut url = all.clone();
    url.query_pairs_mut()
        .append_pair("limit", "100")
        .extend_pairs(page.map(|page| ("page", page)));
    url
}
