//! A browser without script: keeps cookies, fills in forms, follows no redirect by itself.

use std::collections::BTreeMap;

use anyhow::Context as _;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use url::Url;

pub(crate) struct Browser {
    http: Client,
    origin: Url,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Where it is, as the proxy reports it.
    pub(crate) address: Option<String>,
}

/// What a browser was answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) location: Option<String>,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// The parameters of the address that the browser was sent to.
    pub(crate) fn parameters(&self) -> anyhow::Result<BTreeMap<String, String>> {
        let location = self
            .location
            .as_deref()
            .with_context(|| format!("no redirect but {}", self.status))?;
        Ok(Url::parse(location)?.query_pairs().into_owned().collect())
    }

    /// The value of a hidden field of the first form.
    pub(crate) fn hidden(&self, name: &str) -> anyhow::Result<String> {
        let field = format!(r#"name="{name}" value=""#);
        let (_, rest) = self
            .body
            .split_once(&field)
            .with_context(|| format!("no field {name}: {}", self.body))?;
        let (value, _) = rest.split_once('"').context("no value")?;
        Ok(value
            .replace("&amp;", "&")
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">"))
    }
}

impl Browser {
    pub(crate) fn new(http: Client, origin: Url) -> Self {
        Self {
            http,
            origin,
            cookies: BTreeMap::new(),
            address: None,
        }
    }

    /// The same browser at another place.
    pub(crate) fn at(self, address: impl Into<String>) -> Self {
        Self {
            address: Some(address.into()),
            ..self
        }
    }

    /// The cookie by which this device is known again.
    pub(crate) fn device(&mut self) -> Option<(&String, &mut String)> {
        let mut cookies = self.cookies.iter_mut();
        cookies.find(|(name, _)| name.contains("-device"))
    }

    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        let request = self.http.get(self.origin.join(path)?);
        self.send(request).await
    }

    pub(crate) async fn post(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<Answer> {
        let request = self.http.post(self.origin.join(path)?).form(fields);
        self.send(request).await
    }

    /// Opens a page, or follows the redirect to it, and fills in its form.
    pub(crate) async fn sign_in(
        &mut self,
        path: &str,
        email: &str,
        password: &str,
    ) -> anyhow::Result<Answer> {
        let mut page = self.get(path).await?;
        if let Some(location) = &page.location {
            page = self.get(&location.clone()).await?;
        }
        let (csrf, request) = (page.hidden("csrf")?, page.hidden("request")?);
        let fields = [
            ("csrf", csrf.as_str()),
            ("request", &request),
            ("email", email),
            ("password", password),
        ];
        self.post("/sign-in", &fields).await
    }

    async fn send(&mut self, mut request: RequestBuilder) -> anyhow::Result<Answer> {
        if let Some(address) = &self.address {
            request = request.header("x-forwarded-for", address);
        }
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let response = request.header(COOKIE, cookies.join("; ")).send().await?;
        self.keep(&response)?;
        let headers = response.headers().clone();
        let location = headers
            .get(LOCATION)
            .map(|location| location.to_str().map(ToOwned::to_owned))
            .transpose()?;
        Ok(Answer {
            status: response.status(),
            location,
            headers,
            body: response.text().await?,
        })
    }

    fn keep(&mut self, response: &Response) -> anyhow::Result<()> {
        for cookie in response.headers().get_all(SET_COOKIE) {
            let text = cookie.to_str()?;
            let (name, rest) = text.split_once('=').context("no cookie")?;
            let (value, attributes) = rest.split_once(';').context("no attributes")?;
            // What makes `__Host-Http-` cookies what they are; without it a browser drops them.
            for attribute in ["Secure", "HttpOnly", "Path=/", "SameSite=Lax"] {
                anyhow::ensure!(attributes.contains(attribute), "{text} is not {attribute}");
            }
            anyhow::ensure!(
                !attributes.contains("Domain") && name.starts_with("__Host-Http-"),
                "{text}"
            );
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(())
    }
}
