//! Requests from the BFF to the provider: `openidconnect` says what, our own client carries it.

use std::{future::Future, pin::Pin, time::Duration};

use futures::TryStreamExt;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use url::Url;

/// A discovery document, a key set or a token answer is far smaller.
const LARGEST_ANSWER: usize = 1 << 20;

/// How long an answer may take: two attempts fit into the patience of a refresh.
const PATIENCE: Duration = Duration::from_secs(4);

/// The way to the provider's endpoints. A URL below the issuer is sought below the base URL.
#[derive(Clone, Debug)]
pub struct BackChannel {
    client: reqwest::Client,
    issuer: String,
    base_url: String,
}

/// The provider gave no answer that could be read. Says nothing about what it did.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// It was not reached, or did not answer in time.
    #[error("no answer: {0}")]
    Unreached(#[from] reqwest::Error),
    /// The answer was no HTTP, or too much of it.
    #[error("an answer of no use: {0}")]
    Unusable(String),
}

impl BackChannel {
    pub(super) fn new(client: reqwest::Client, issuer: &str, base_url: Option<&Url>) -> Self {
        let bare = |url: &str| url.trim_end_matches('/').to_owned();
        let base_url = bare(base_url.map_or(issuer, Url::as_str));
        Self {
            client,
            issuer: bare(issuer),
            base_url,
        }
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let (parts, body) = request.into_parts();
        let url = self.address(&parts.uri.to_string());
        let request = self
            .client
            .request(parts.method, url)
            .headers(parts.headers)
            .body(body)
            .timeout(PATIENCE);
        let answer = request.send().await?;
        let mut response = http::Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            headers.clone_from(answer.headers());
        }
        let mut body = Vec::new();
        let mut chunks = answer.bytes_stream();
        while let Some(chunk) = chunks.try_next().await? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST_ANSWER {
                return Err(NoAnswer::Unusable("too large".to_owned()));
            }
        }
        response
            .body(body)
            .map_err(|error| NoAnswer::Unusable(error.to_string()))
    }

    fn address(&self, url: &str) -> String {
        match url.strip_prefix(&self.issuer) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => {
                format!("{}{rest}", self.base_url)
            }
            _ => url.to_owned(),
        }
    }
}

impl<'c> AsyncHttpClient<'c> for BackChannel {
    type Error = NoAnswer;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NoAnswer>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_below_the_issuer_is_sought_elsewhere() {
        let inside = Url::parse("http://iam:3001/").unwrap();
        let http = chassis::client::http_client().unwrap();
        let client = BackChannel::new(http, "https://id.example/realm", Some(&inside));
        for (asked, sought) in [
            ("https://id.example/realm/token", "http://iam:3001/token"),
            ("https://id.example/realm", "http://iam:3001"),
            (
                "https://id.example/realm-2/token",
                "https://id.example/realm-2/token",
            ),
            ("https://keys.example/jwks", "https://keys.example/jwks"),
        ] {
            assert_eq!(client.address(asked), sought);
        }
    }
}
