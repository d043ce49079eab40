//! An OpenID provider of which the BFF knows nothing but the standards. It misbehaves on command.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Form, Json, Router,
    body::Body,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use futures::stream;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::{clock::TestClock, mint::Mint};
use tokio::{net::TcpListener, sync::Semaphore};

/// How long access tokens live.
pub(crate) const LIFETIME: i64 = 120;

/// Its identity, under which nobody listens: the back channel has an address of its own.
pub(crate) const ISSUER: &str = "http://id.example/realm";

#[derive(Clone)]
pub(crate) struct Provider(Arc<Inner>);

pub(crate) struct Inner {
    mint: Mint,
    /// With the key that comes next.
    next: Mint,
    clock: TestClock,
    address: SocketAddr,
    state: Mutex<Desk>,
    /// Answers to a refresh wait here; permits let them go.
    gate: Semaphore,
}

/// What the provider has granted, and how it is to behave.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a way of its own to behave"
)]
pub(crate) struct Desk {
    codes: HashMap<String, HashMap<String, String>>,
    families: Vec<Family>,
    tokens: HashMap<String, i64>,
    serial: u32,
    /// How often it was asked what it is.
    pub(crate) discovered: u32,
    pub(crate) refreshes: u32,
    pub(crate) revocations: u32,
    /// Answers to a refresh that will be cut off on their way.
    pub(crate) lost: u32,
    /// Refreshes answer with this status instead.
    pub(crate) failing: Option<(u16, Value)>,
    /// Access tokens are at least this long.
    pub(crate) padding: usize,
    /// `iss` of callbacks, if not the issuer; empty for none.
    pub(crate) callback_issuer: Option<String>,
    /// Claims of ID tokens that are not as they should be.
    pub(crate) claims: Vec<(&'static str, Value)>,
    pub(crate) gated: bool,
    /// There are no refresh tokens.
    pub(crate) single: bool,
    /// Access tokens say what they are (RFC 9068).
    pub(crate) speaking: bool,
    /// Keys have been rotated.
    pub(crate) rotated: bool,
}

#[derive(Default)]
struct Family {
    presented: i64,
    revoked: bool,
}

impl Provider {
    pub(crate) async fn start(clock: TestClock) -> Self {
        let mint = Mint::start(clock.clone()).await.unwrap();
        let next = Mint::start(clock.clone()).await.unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Mutex::default();
        let provider = Self(Arc::new(Inner {
            mint,
            next,
            clock,
            address,
            state,
            gate: Semaphore::new(0),
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/revoke", post(revoke))
            .route("/oauth2/jwks", get(jwks))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.address
    }

    fn mint(&self) -> &Mint {
        if self.desk().rotated {
            &self.0.next
        } else {
            &self.0.mint
        }
    }

    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.0.state.lock().unwrap()
    }

    /// Lets gated answers go.
    pub(crate) fn open_gate(&self) {
        self.0.gate.add_permits(100);
    }

    /// Whether a service takes this access token now.
    pub(crate) fn accepts(&self, token: &str) -> bool {
        self.desk()
            .tokens
            .get(token)
            .is_some_and(|expires_at| *expires_at > self.0.clock.now().as_second())
    }

    /// Somebody presents a refresh token of the first family.
    pub(crate) fn present(&self, generation: i64) -> Option<i64> {
        self.desk().families[0].present(generation)
    }

    /// A logout token for a session, to be refined.
    pub(crate) fn logout_token(&self) -> testkit::mint::Token<'_> {
        self.mint()
            .blank()
            .header("alg", "ES256")
            .header("typ", "logout+jwt")
            .header("kid", self.mint().kid())
            .claim("iss", ISSUER)
            .claim("aud", "bff")
            .claim("jti", "once")
            .claim(
                "events",
                json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
            )
            .lifetime(120)
    }

    fn id_token(&self, nonce: Option<&str>) -> String {
        let token = self
            .mint()
            .blank()
            .header("alg", "ES256")
            .header("kid", self.mint().kid())
            .claim("iss", ISSUER)
            .claim("aud", "bff")
            .claim("sub", "ada")
            .claim("name", "Ada Ruiz")
            .claim("sid", "session-of-ada")
            .claim("userId", crate::backend::ADA)
            .claim("nonce", nonce.map_or(Value::Null, Into::into))
            .lifetime(60);
        let spoiled = self.desk().claims.clone();
        spoiled
            .into_iter()
            .fold(token, |token, (name, value)| token.claim(name, value))
            .token()
    }

    fn grant(&self, family: usize, generation: i64, nonce: Option<&str>) -> Value {
        let id_token = self.id_token(nonce);
        let speaking = self
            .mint()
            .user(crate::backend::ADA)
            .claim("iss", ISSUER)
            .token();
        let mut desk = self.desk();
        desk.serial += 1;
        let opaque = format!("at-{}-{}", desk.serial, "x".repeat(desk.padding));
        let access_token = if desk.speaking { speaking } else { opaque };
        let expires_at = self.0.clock.now().as_second() + LIFETIME;
        desk.tokens.insert(access_token.clone(), expires_at);
        let refresh_token = (!desk.single).then(|| format!("rt-{family}-{generation}"));
        json!({
            "access_token": access_token, "token_type": "Bearer", "expires_in": LIFETIME, "id_token": id_token,
            "refresh_token": refresh_token,
        })
    }
}

impl Family {
    /// Until a successor is presented, its predecessor yields the same one again; after that,
    /// presenting the predecessor revokes all.
    fn present(&mut self, generation: i64) -> Option<i64> {
        if generation < self.presented {
            self.revoked = true;
        }
        self.presented = generation.max(self.presented);
        (!self.revoked).then_some(generation + 1)
    }
}

async fn discovery(State(provider): State<Provider>) -> Json<Value> {
    provider.desk().discovered += 1;
    let issuer = ISSUER;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "end_session_endpoint": format!("{issuer}/end-session"),
        "revocation_endpoint": format!("{issuer}/revoke"),
        "jwks_uri": provider.mint().jwks_url().unwrap(),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// The same keys where a check at the edge looks for them.
async fn jwks(State(provider): State<Provider>) -> Json<Value> {
    let mut key = provider.mint().public_jwk();
    key["kid"] = provider.mint().kid().into();
    key["alg"] = "ES256".into();
    Json(json!({ "keys": [key] }))
}

type Params = HashMap<String, String>;

async fn authorize(State(provider): State<Provider>, Query(params): Query<Params>) -> Redirect {
    assert_eq!(params["response_type"], "code");
    assert_eq!(params["client_id"], "bff");
    assert_eq!(params["code_challenge_method"], "S256");
    assert!(params["scope"].split(' ').any(|scope| scope == "openid"));
    let mut desk = provider.desk();
    desk.serial += 1;
    let code = format!("code-{}", desk.serial);
    desk.codes.insert(code.clone(), params.clone());
    let mut back: url::Url = params["redirect_uri"].parse().unwrap();
    back.query_pairs_mut()
        .append_pair("code", &code)
        .append_pair("state", &params["state"]);
    match desk
        .callback_issuer
        .clone()
        .unwrap_or_else(|| ISSUER.to_owned())
    {
        none if none.is_empty() => {}
        issuer => drop(back.query_pairs_mut().append_pair("iss", &issuer)),
    }
    Redirect::to(back.as_str())
}

async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(params): Form<Params>,
) -> Response {
    // bff:secret
    if headers
        .get(header::AUTHORIZATION)
        .is_none_or(|basic| basic != "Basic YmZmOnNlY3JldA==")
    {
        return refusal(401, &json!({ "error": "invalid_client" }));
    }
    match params["grant_type"].as_str() {
        "authorization_code" => exchange(&provider, &params),
        "refresh_token" => refresh(&provider, &params["refresh_token"]).await,
        _ => refusal(400, &json!({ "error": "unsupported_grant_type" })),
    }
}

fn exchange(provider: &Provider, params: &Params) -> Response {
    let asked = provider.desk().codes.remove(&params["code"]);
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&params["code_verifier"]));
    let Some(asked) = asked.filter(|asked| {
        asked["code_challenge"] == challenge && asked["redirect_uri"] == params["redirect_uri"]
    }) else {
        return refusal(400, &json!({ "error": "invalid_grant" }));
    };
    let family = {
        let mut desk = provider.desk();
        desk.families.push(Family::default());
        desk.families.len() - 1
    };
    Json(provider.grant(family, 0, Some(&asked["nonce"]))).into_response()
}

async fn refresh(provider: &Provider, token: &str) -> Response {
    let gated = {
        let mut desk = provider.desk();
        desk.refreshes += 1;
        desk.gated
    };
    if gated {
        provider.0.gate.acquire().await.unwrap().forget();
    }
    if let Some((status, error)) = provider.desk().failing.clone() {
        return refusal(status, &error);
    }
    let mut parts = token
        .split('-')
        .skip(1)
        .map(|part| part.parse::<i64>().unwrap());
    let (family, generation) = (
        usize::try_from(parts.next().unwrap()).unwrap(),
        parts.next().unwrap(),
    );
    let next = provider.desk().families[family].present(generation);
    let Some(next) = next else {
        return refusal(400, &json!({ "error": "invalid_grant" }));
    };
    let answer = provider.grant(family, next, None);
    let mut desk = provider.desk();
    if desk.lost == 0 {
        return Json(answer).into_response();
    }
    desk.lost -= 1;
    let broken = stream::once(async { Err::<String, _>(std::io::Error::other("cut off")) });
    (StatusCode::OK, Body::from_stream(broken)).into_response()
}

async fn revoke(State(provider): State<Provider>) {
    provider.desk().revocations += 1;
}

fn refusal(status: u16, body: &Value) -> Response {
    (StatusCode::from_u16(status).unwrap(), Json(body.clone())).into_response()
}
