//! Callers of the user administration.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::Reply;
use crate::service::{ADMINISTRATOR, Service};

/// Somebody to be administered.
pub(crate) const ADA: &str = "ada@example.com";

impl Service {
    pub(crate) async fn call(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Reply> {
        self.call_if(token, method, path, body, None).await
    }

    pub(crate) async fn call_if(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
        version: Option<&str>,
    ) -> anyhow::Result<Reply> {
        let mut request = self.http.request(method, self.url(path)).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        if let Some(version) = version {
            request = request.header("if-match", version);
        }
        let response = request.send().await?;
        let status = response.status();
        let bytes = response.bytes().await?;
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes)?
        };
        Ok(Reply { status, body })
    }

    /// The first administrator, signed in.
    pub(crate) async fn signed_in_administrator(&self) -> anyhow::Result<String> {
        self.administrator().await?;
        self.access_token(ADMINISTRATOR).await
    }

    /// An administrator whom the first one invited, signed in; and their id.
    pub(crate) async fn second_administrator(
        &self,
        first: &str,
    ) -> anyhow::Result<(String, String)> {
        let body = json!({ "email": ADA, "name": "Ada", "roles": ["REALGUARDIO_ADMINISTRATOR"] });
        let invited = self
            .call(first, Method::POST, "/invitations", Some(body))
            .await?;
        anyhow::ensure!(invited.status == 201, "{invited:?}");
        self.set_password(&self.newest_link(ADA).await?, crate::service::PASSWORD)
            .await?;
        Ok((self.access_token(ADA).await?, invited.text("id")))
    }
}

/// The status and the kind of a problem.
pub(crate) fn slug(reply: &Reply) -> (u16, &str) {
    (
        reply.status.as_u16(),
        reply.body["type"]
            .as_str()
            .unwrap_or_default()
            .rsplit('/')
            .next()
            .unwrap_or_default(),
    )
}
