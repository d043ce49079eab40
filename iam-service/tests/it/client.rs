//! An OAuth client, with every step in the test's hand.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use reqwest::StatusCode;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use url::form_urlencoded;

use crate::browser::Browser;
use crate::service::{PASSWORD, Service};

/// The verifier of RFC 7636's example.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const REDIRECT: &str = "https://app.example/callback";

/// The path and query of an authorization request of the client `app`, with some parameters changed; an empty value
/// leaves one out.
pub(crate) fn authorize(changes: &[(&str, &str)]) -> String {
    let challenge = challenge(VERIFIER);
    let mut parameters = vec![
        ("client_id", "app"),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", "openid profile email"),
        ("state", "the state"),
        ("nonce", "the nonce"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    parameters.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    parameters.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    format!("/oauth2/authorize?{query}")
}

pub(crate) fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// An answer of an OAuth endpoint.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Reply {
    pub(crate) fn text(&self, name: &str) -> String {
        self.body[name]
            .as_str()
            .unwrap_or_else(|| panic!("no {name} in {self:?}"))
            .to_owned()
    }

    /// The error, with its status.
    pub(crate) fn error(&self) -> (u16, &str) {
        (
            self.status.as_u16(),
            self.body["error"].as_str().unwrap_or_default(),
        )
    }
}

impl Service {
    /// Posts a form as this client, whose secret is what its name says.
    pub(crate) async fn post_as(
        &self,
        client: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> anyhow::Result<Reply> {
        let secret = format!("the+secret+of+{client}");
        let response = self
            .post(path)
            .basic_auth(client, Some(secret))
            .form(form)
            .send()
            .await?;
        let status = response.status();
        let bytes = response.bytes().await?;
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes)?
        };
        Ok(Reply { status, body })
    }

    /// Signs somebody in and comes back with a code for `app`.
    pub(crate) async fn code(&self, email: &str) -> anyhow::Result<String> {
        self.code_in(&mut self.browser(), email).await
    }

    pub(crate) async fn code_in(
        &self,
        browser: &mut Browser,
        email: &str,
    ) -> anyhow::Result<String> {
        let answer = browser.sign_in(&authorize(&[]), email, PASSWORD).await?;
        Ok(answer.parameters()?["code"].clone())
    }

    pub(crate) async fn redeem(&self, code: &str) -> anyhow::Result<Reply> {
        self.redeem_with(code, &[]).await
    }

    /// Redeems a code with some parameters changed; an empty value leaves one out.
    pub(crate) async fn redeem_with(
        &self,
        code: &str,
        changes: &[(&str, &str)],
    ) -> anyhow::Result<Reply> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        form.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        form.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        self.post_as("app", "/oauth2/token", &form).await
    }

    pub(crate) async fn refresh(&self, token: &str) -> anyhow::Result<Reply> {
        self.refresh_with(token, &[]).await
    }

    pub(crate) async fn refresh_with(
        &self,
        token: &str,
        more: &[(&str, &str)],
    ) -> anyhow::Result<Reply> {
        let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
        form.extend(more);
        self.post_as("app", "/oauth2/token", &form).await
    }

    /// All tokens of somebody who signs in now.
    pub(crate) async fn tokens(&self, email: &str) -> anyhow::Result<Reply> {
        let code = self.code(email).await?;
        let reply = self.redeem(&code).await?;
        anyhow::ensure!(reply.status == 200, "{reply:?}");
        Ok(reply)
    }

    /// The access token of somebody who signs in now.
    pub(crate) async fn access_token(&self, email: &str) -> anyhow::Result<String> {
        Ok(self.tokens(email).await?.text("access_token"))
    }

    pub(crate) async fn machine_token(
        &self,
        client: &str,
        resource: &str,
    ) -> anyhow::Result<String> {
        let form = [("grant_type", "client_credentials"), ("resource", resource)];
        Ok(self
            .post_as(client, "/oauth2/token", &form)
            .await?
            .text("access_token"))
    }

    pub(crate) async fn is_active(&self, client: &str, token: &str) -> anyhow::Result<bool> {
        let reply = self
            .post_as(client, "/oauth2/introspect", &[("token", token)])
            .await?;
        anyhow::ensure!(reply.status == 200, "{reply:?}");
        Ok(reply.body["active"] == true)
    }
}

/// Header and claims of a token, unverified.
pub(crate) fn decode(token: &str) -> anyhow::Result<(Value, Value)> {
    let part = |at: usize| -> anyhow::Result<Value> {
        let part = token.split('.').nth(at).unwrap_or_default();
        Ok(serde_json::from_slice(
            &BASE64_URL_SAFE_NO_PAD.decode(part)?,
        )?)
    };
    Ok((part(0)?, part(1)?))
}
