//! Somebody with a browser and no script: follows redirects, keeps cookies, fills in forms.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail, ensure};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Client, Method, Response, StatusCode, header};
use scraper::{Html, Selector};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::{
    api::Answer,
    clients::{LOOPBACK, SCRIPTS},
    drawn,
    patience::NotNow,
};

/// One person at one browser.
#[derive(Debug)]
pub struct Visitor {
    client: Client,
    cookies: BTreeMap<String, String>,
}

/// A page that was reached.
#[derive(Debug)]
pub struct Page {
    /// Where it is.
    pub url: Url,
    /// Its status.
    pub status: StatusCode,
    /// Its text.
    pub body: String,
}

impl Page {
    /// Its status, and what it alerts to; all of its text, where that is nothing.
    fn said(&self) -> String {
        let html = Html::parse_document(&self.body);
        let alert = Selector::parse("[role=alert]").ok();
        let alert = alert.and_then(|alert| html.select(&alert).next());
        let words: Vec<_> = alert
            .unwrap_or(html.root_element())
            .text()
            .map(str::trim)
            .collect();
        format!("{} {}", self.status, words.join(" "))
    }
}

/// Where following redirects ended.
enum Reached {
    Page(Page),
    /// At an address of the application itself, which nobody serves here.
    Callback(Url),
}

impl Visitor {
    /// A browser without cookies.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self {
            client,
            cookies: BTreeMap::new(),
        }
    }

    /// Chooses a name and a password by a one-time link.
    ///
    /// # Errors
    ///
    /// When the link or the password is refused, or iam-service cannot be reached.
    pub async fn choose_password(
        &mut self,
        link: Url,
        name: &str,
        password: &str,
    ) -> anyhow::Result<()> {
        let page = self.page(link).await?;
        let form = Form::first_of(&page)?
            .set("name", name)
            .set("password", password);
        match self.submit(form).await? {
            Reached::Page(page) if page.status.is_success() => Ok(()),
            Reached::Page(page) => bail!("the one-time link answered {}", page.status),
            Reached::Callback(url) => bail!("the one-time link led to {url}"),
        }
    }

    /// Signs in and comes back with an access token, by authorization code and PKCE.
    ///
    /// # Errors
    ///
    /// When the account is refused, or iam-service cannot be reached or answer ([`NotNow`]).
    pub async fn sign_in(
        &mut self,
        issuer: &Url,
        email: &str,
        password: &str,
    ) -> anyhow::Result<String> {
        self.sign_in_to((SCRIPTS, None), issuer, email, password)
            .await
    }

    /// The same, to a client with this secret that has no page of its own either.
    ///
    /// # Errors
    ///
    /// When the account or the client is refused, or iam-service cannot be reached.
    pub async fn sign_in_to(
        &mut self,
        client: (&str, Option<&str>),
        issuer: &Url,
        email: &str,
        password: &str,
    ) -> anyhow::Result<String> {
        let verifier = URL_SAFE_NO_PAD.encode(drawn::<[u8; 32]>());
        let state = URL_SAFE_NO_PAD.encode(drawn::<[u8; 16]>());
        let page = self
            .page(authorize(client.0, issuer, &verifier, &state)?)
            .await?;
        let form = Form::first_of(&page)?
            .set("email", email)
            .set("password", password);
        let callback = match self.submit(form).await? {
            Reached::Callback(callback) => callback,
            Reached::Page(page) => bail!("{email} was not signed in: {}", page.said()),
        };
        let answer: BTreeMap<_, _> = callback.query_pairs().into_owned().collect();
        ensure!(
            answer.get("state") == Some(&state),
            "the answer is to another request"
        );
        let code = answer.get("code").context("no code in the answer")?;
        self.redeem(client, issuer, code, &verifier).await
    }

    async fn redeem(
        &self,
        (client, secret): (&str, Option<&str>),
        issuer: &Url,
        code: &str,
        verifier: &str,
    ) -> anyhow::Result<String> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("client_id", client),
            ("redirect_uri", LOOPBACK),
            ("code", code),
            ("code_verifier", verifier),
        ];
        form.extend(secret.map(|secret| ("client_secret", secret)));
        let tokens: Value = self
            .client
            .post(issuer.join("/oauth2/token")?)
            .form(&form)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        let token = tokens["access_token"].as_str().context("no access token")?;
        Ok(token.to_owned())
    }

    /// Signs in to an application, and comes back to it with its cookie.
    ///
    /// # Errors
    ///
    /// When the account is refused, or a page cannot be reached or answered ([`NotNow`]).
    pub async fn enter(&mut self, login: Url, email: &str, password: &str) -> anyhow::Result<Page> {
        let page = self.page(login).await?;
        let form = Form::first_of(&page)?
            .set("email", email)
            .set("password", password);
        match self.submit(form).await? {
            Reached::Page(page) => Ok(page),
            Reached::Callback(url) => bail!("led out to {url}"),
        }
    }

    /// Calls the application from its own page.
    ///
    /// # Errors
    ///
    /// When nothing answers.
    pub async fn call(&self, method: Method, url: Url) -> anyhow::Result<Response> {
        let request = self.client.request(method, url);
        let request = request.header("x-requested-with", "RealGuardIO");
        Ok(request
            .header(header::COOKIE, self.cookie_header())
            .send()
            .await?)
    }

    /// Sends a request from the application's own page, and reads the answer, whatever it is.
    ///
    /// # Errors
    ///
    /// When nothing answers, or no JSON.
    pub async fn send(
        &mut self,
        method: Method,
        url: Url,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        let origin = url.origin().ascii_serialization();
        let mut request = self.client.request(method, url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let request = request
            .header("x-requested-with", "RealGuardIO")
            .header(header::ORIGIN, origin);
        let response = request.header(header::COOKIE, self.cookie_header());
        let response = response.send().await?;
        self.keep_cookies(&response);
        Answer::read(response).await
    }

    /// Opens a page.
    ///
    /// # Errors
    ///
    /// When it cannot be reached, or leads out to an application.
    pub async fn page(&mut self, url: Url) -> anyhow::Result<Page> {
        let request = self.client.get(url.clone());
        match self.follow(url, request).await? {
            Reached::Page(page) => Ok(page),
            Reached::Callback(url) => bail!("led out to {url}"),
        }
    }

    async fn submit(&mut self, form: Form) -> anyhow::Result<Reached> {
        let request = self.client.post(form.action.clone()).form(&form.fields);
        self.follow(form.action, request).await
    }

    async fn follow(
        &mut self,
        mut url: Url,
        mut request: reqwest::RequestBuilder,
    ) -> anyhow::Result<Reached> {
        for _ in 0..10 {
            let origin = url.origin().ascii_serialization();
            let response = request
                .header(header::COOKIE, self.cookie_header())
                .header(header::ORIGIN, origin)
                .send()
                .await?;
            self.keep_cookies(&response);
            let Some(location) = response.headers().get(header::LOCATION) else {
                let status = response.status();
                let body = response.text().await?;
                let page = Page { url, status, body };
                if status == StatusCode::SERVICE_UNAVAILABLE {
                    let said = format!("{} answered {}", page.url.path(), page.said());
                    bail!(NotNow(said));
                }
                return Ok(Reached::Page(page));
            };
            url = url.join(location.to_str()?)?;
            if url.as_str().starts_with(LOOPBACK) {
                return Ok(Reached::Callback(url));
            }
            request = self.client.get(url.clone());
        }
        bail!("more than ten redirects, the last to {url}")
    }

    fn cookie_header(&self) -> String {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn keep_cookies(&mut self, response: &Response) {
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().ok().and_then(|text| text.split(';').next());
            if let Some((name, value)) = pair.and_then(|pair| pair.split_once('=')) {
                self.cookies
                    .insert(name.trim().to_owned(), value.to_owned());
            }
        }
    }
}

/// A form, as far as it is filled in.
struct Form {
    action: Url,
    fields: BTreeMap<String, String>,
}

impl Form {
    /// The first form of a page that takes a password, with the hidden fields that it came with.
    fn first_of(page: &Page) -> anyhow::Result<Self> {
        let html = Html::parse_document(&page.body);
        let forms = Selector::parse("form:has(input[name=password])")
            .map_err(|error| anyhow::anyhow!("{error}"))?;
        let hidden =
            Selector::parse("input[type=hidden]").map_err(|error| anyhow::anyhow!("{error}"))?;
        let form = html
            .select(&forms)
            .find(|form| form.value().id() != Some("demo-accounts"))
            .with_context(|| format!("no form at {} ({})", page.url, page.status))?;
        let action = page
            .url
            .join(form.value().attr("action").unwrap_or_default())?;
        let fields = form
            .select(&hidden)
            .filter_map(|input| Some((input.value().attr("name")?, input.value().attr("value")?)))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Ok(Self { action, fields })
    }

    fn set(mut self, field: &str, value: &str) -> Self {
        self.fields.insert(field.to_owned(), value.to_owned());
        self
    }
}

fn authorize(client: &str, issuer: &Url, verifier: &str, state: &str) -> anyhow::Result<Url> {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let mut url = issuer.join("/oauth2/authorize")?;
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", client)
        .append_pair("redirect_uri", LOOPBACK)
        .append_pair("scope", "openid profile email")
        .append_pair("state", state)
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    Ok(url)
}
