//! A signed-in caller of the services' APIs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, bail, ensure};
use outbox::{CONSISTENCY_TOKEN, ConsistencyToken};
use reqwest::{
    Client, Method, Response, StatusCode,
    header::{HeaderMap, HeaderValue},
};
use serde_json::Value;
use url::Url;

use crate::drawn;
use crate::patience::{NotNow, patiently};

/// Calls services with one access token.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    token: String,
    seen: Seen,
    is_patient: bool,
}

/// The writes that callers know of, who share what they have seen: no answer to one of them is older.
#[derive(Debug, Clone, Default)]
pub struct Seen(Arc<Mutex<ConsistencyToken>>);

impl Seen {
    fn header(&self) -> Option<HeaderValue> {
        self.token().header_value()
    }

    /// Whoever shares this has had an answer with these headers.
    ///
    /// # Errors
    ///
    /// When there is a token among them that is none.
    pub fn hear(&self, headers: &HeaderMap) -> anyhow::Result<()> {
        self.learn(&ConsistencyToken::from_headers(headers)?);
        Ok(())
    }

    /// Whoever shares this knows of these writes too.
    pub fn learn(&self, writes: &ConsistencyToken) {
        self.token().merge(writes);
    }

    /// All that was written, as far as it was heard of.
    #[must_use]
    pub fn writes(&self) -> ConsistencyToken {
        self.token().clone()
    }

    fn token(&self) -> MutexGuard<'_, ConsistencyToken> {
        // A token is merged as a whole, or not.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An answer, read.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, or null when there is none.
    pub body: Value,
}

impl Answer {
    /// Reads it to its end.
    pub(crate) async fn read(response: Response) -> anyhow::Result<Self> {
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await?;
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes)?
        };
        Ok(Self {
            status,
            headers,
            body,
        })
    }

    /// The text of a field of the body.
    ///
    /// # Errors
    ///
    /// When there is no such field.
    pub fn text(&self, field: &str) -> anyhow::Result<String> {
        let text = self.body[field].as_str();
        Ok(text
            .with_context(|| format!("no {field} in {}", self.body))?
            .to_owned())
    }

    /// Whether it says that another attempt at the same request is still at work.
    #[must_use]
    pub fn is_in_flight(&self) -> bool {
        let kind = self.body["type"].as_str().unwrap_or_default();
        self.status == StatusCode::CONFLICT && kind.ends_with("/idempotency-key-in-flight")
    }

    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Api {
    /// A caller with this access token.
    #[must_use]
    pub fn new(client: Client, token: String) -> Self {
        Self {
            client,
            token,
            seen: Seen::default(),
            is_patient: false,
        }
    }

    /// The same, knowing what others know, and telling them.
    #[must_use]
    pub fn sharing(self, seen: Seen) -> Self {
        Self { seen, ..self }
    }

    /// The same, who waits for an answer that stands: whoever has no time, or says nothing, is asked the same again.
    #[must_use]
    pub fn patient(self) -> Self {
        Self {
            is_patient: true,
            ..self
        }
    }

    /// The same, with another access token.
    #[must_use]
    pub fn renewed(&self, token: String) -> Self {
        Self {
            token,
            ..self.clone()
        }
    }

    /// The access token.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Sends a request and reads the answer, whatever it is.
    ///
    /// # Errors
    ///
    /// When nothing answers, or no JSON.
    pub async fn send(
        &self,
        method: Method,
        url: Url,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        let mut request = self.client.request(method, url).bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(seen) = self.seen.header() {
            request = request.header(CONSISTENCY_TOKEN, seen);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = Answer::read(request.send().await?).await?;
        self.seen.hear(&answer.headers)?;
        Ok(answer)
    }

    /// Creates something, under an idempotency key of its own.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn create(&self, url: Url, body: &Value) -> anyhow::Result<Answer> {
        let key = key();
        self.expect(Method::POST, url, &[("idempotency-key", &key)], Some(body))
            .await
    }

    /// Reads something.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn get(&self, url: Url) -> anyhow::Result<Answer> {
        self.expect(Method::GET, url, &[], None).await
    }

    /// Changes something, as it was last read.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn put(
        &self,
        url: Url,
        version: Option<&str>,
        body: &Value,
    ) -> anyhow::Result<Answer> {
        let version: Vec<_> = version
            .map(|version| ("if-match", version))
            .into_iter()
            .collect();
        self.expect(Method::PUT, url, &version, Some(body)).await
    }

    async fn expect(
        &self,
        method: Method,
        url: Url,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        let what = format!("{method} {url}");
        let ask = || self.send(method.clone(), url.clone(), headers, body);
        let answer = if self.is_patient {
            patiently(|| async { standing(ask().await) }).await
        } else {
            ask().await
        };
        let answer = answer.with_context(|| what.clone())?;
        if !answer.status.is_success() {
            bail!("{what} answered {}: {}", answer.status, answer.body);
        }
        Ok(answer)
    }
}

/// An answer that will be the same in a moment.
fn standing(answer: anyhow::Result<Answer>) -> anyhow::Result<Answer> {
    const BUSY: [StatusCode; 2] = [
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    let answer = answer.map_err(|silence| NotNow(format!("{silence:#}")))?;
    let stands = !BUSY.contains(&answer.status) && !answer.is_in_flight();
    let said = || format!("answered {}: {}", answer.status, answer.body);
    ensure!(stands, NotNow(said()));
    Ok(answer)
}

/// An idempotency key that nobody else has.
#[must_use]
pub fn key() -> String {
    format!("{:032x}", drawn::<u128>())
}
