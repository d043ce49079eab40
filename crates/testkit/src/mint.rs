//! Tokens as iam-service would issue them, and any forgery of them.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use testkit::{clock::TestClock, mint::Mint};
//!
//! let mint = Mint::start(TestClock::at("2026-01-05T12:00:00Z")?).await?;
//! let ada = mint.user("0198c5a0-0000-7000-8000-000000000001").claim("roles", ["REALGUARDIO_ADMINISTRATOR"]).token();
//! let machine = mint.machine("security-system-service", "customer-service", "facts:read").token();
//! let forged = mint.user("0198c5a0-0000-7000-8000-000000000001").header("alg", "none").unsigned().token();
//! # Ok(()) }
//! ```

mod token;

use std::net::Ipv4Addr;

use axum::routing::get;
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chassis::entropy;
use p256::ecdsa::SigningKey;
use p256::elliptic_curve::Generate;
use rand::RngExt as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

pub use token::Token;
pub(crate) use token::sign;

use crate::clock::TestClock;

/// The services that a user's token is good for.
const SERVICES: [&str; 6] = [
    "iam-service",
    "customer-service",
    "dealer-service",
    "monitoring-service",
    "security-system-service",
    "authz-service",
];

/// An issuer of tokens: a real ES256 key, its JWKS on a real address.
#[derive(Debug)]
pub struct Mint {
    key: SigningKey,
    kid: String,
    issuer: Url,
    clock: TestClock,
    server: JoinHandle<()>,
}

impl Mint {
    /// Makes a key and serves it. Tokens are issued at the time that `clock` shows.
    ///
    /// # Errors
    ///
    /// When no port is free.
    pub async fn start(clock: TestClock) -> anyhow::Result<Self> {
        let key = SigningKey::generate();
        let jwk = public_jwk(&key);
        let kid = thumbprint(&jwk);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let issuer: Url = format!("http://{}", listener.local_addr()?).parse()?;
        let router = endpoints(&issuer, &jwk, &kid);
        let server = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Ok(Self {
            key,
            kid,
            issuer,
            clock,
            server,
        })
    }

    /// The issuer's identity, as in `iss`. Its JWKS is at `/oauth2/jwks`.
    #[must_use]
    pub const fn issuer(&self) -> &Url {
        &self.issuer
    }

    /// The `iss` of all tokens: the issuer without a trailing slash.
    #[must_use]
    pub fn iss(&self) -> &str {
        self.issuer.as_str().trim_end_matches('/')
    }

    /// Where the public key is served.
    ///
    /// # Errors
    ///
    /// Never in practice: the address is well-formed.
    pub fn jwks_url(&self) -> anyhow::Result<Url> {
        Ok(self.issuer.join("/oauth2/jwks")?)
    }

    /// A user's access token (RFC 9068) for all services, to be refined.
    #[must_use]
    pub fn user(&self, user: &(impl ToString + ?Sized)) -> Token<'_> {
        let (user, now) = (user.to_string(), self.clock.now().as_second());
        self.access_token(json!({
            "sub": user, "userId": user, "name": "Somebody", "roles": [], "client_id": "bff", "aud": SERVICES,
            "scope": "openid profile", "sid": format!("session-of-{user}"), "auth_time": now, "acr": "1", "amr": ["pwd"],
        }))
        .lifetime(180)
    }

    /// A machine's access token: one audience, narrow scopes.
    #[must_use]
    pub fn machine(&self, client: &str, audience: &str, scopes: &str) -> Token<'_> {
        self.access_token(
            json!({ "sub": client, "client_id": client, "aud": audience, "scope": scopes }),
        )
        .lifetime(900)
    }

    /// The key's id, as in `kid`.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public key, as anybody can see it.
    #[must_use]
    pub fn public_jwk(&self) -> Value {
        public_jwk(&self.key)
    }

    /// A token of header and claims as they are written, for what no object can hold.
    #[must_use]
    pub fn verbatim(&self, header: &str, claims: &str) -> String {
        sign(&self.key, header, claims)
    }

    /// Any token signed by this mint's key, from nothing.
    #[must_use]
    pub fn blank(&self) -> Token<'_> {
        Token::new(&self.key, self.clock.now())
    }

    fn access_token(&self, claims: Value) -> Token<'_> {
        let mut token = self
            .blank()
            .header("typ", "at+jwt")
            .header("alg", "ES256")
            .header("kid", self.kid.as_str());
        if let Value::Object(claims) = claims {
            token = claims
                .into_iter()
                .fold(token, |token, (name, value)| token.claim(&name, value));
        }
        let jti: u128 = entropy::system().random();
        token
            .claim("iss", self.iss())
            .claim("jti", format!("{jti:032x}"))
    }
}

impl Drop for Mint {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn endpoints(issuer: &Url, jwk: &Value, kid: &str) -> Router {
    let mut published = jwk.clone();
    published["kid"] = kid.into();
    published["alg"] = "ES256".into();
    published["use"] = "sig".into();
    let jwks = json!({ "keys": [published] });
    let iss = issuer.as_str().trim_end_matches('/');
    let metadata = json!({ "issuer": iss, "jwks_uri": format!("{iss}/oauth2/jwks") });
    Router::new()
        .route("/oauth2/jwks", get(async move || Json(jwks)))
        .route(
            "/.well-known/openid-configuration",
            get(async move || Json(metadata)),
        )
}

/// The public half of a key.
pub(crate) fn public_jwk(key: &SigningKey) -> Value {
    let point = key.verifying_key().to_sec1_point(false);
    let coordinate = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    // 0x04, then x, then y.
    let (x, y) = point.as_bytes()[1..].split_at(32);
    json!({ "crv": "P-256", "kty": "EC", "x": coordinate(x), "y": coordinate(y) })
}

/// RFC 7638: the digest of the required members in lexicographic order, which is how they are stored.
fn thumbprint(jwk: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(jwk.to_string()))
}
