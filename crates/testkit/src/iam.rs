//! The other end of the wire to iam-service, for tests of one service: finds and makes users, and
//! gives tokens to services.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking, also where this does it for the test"
)]

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use access::UserId;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::mint::Mint;

type Users = Arc<Mutex<BTreeMap<String, UserId>>>;

/// Listens as iam-service would.
#[derive(Debug)]
pub struct IamService {
    /// Where.
    pub address: SocketAddr,
    users: Users,
    server: JoinHandle<()>,
}

#[derive(Clone)]
struct Parts {
    users: Users,
    machine_token: Arc<dyn Fn() -> String + Send + Sync>,
    keys: reqwest::Url,
}

impl IamService {
    /// Starts, for a service that is a client of this name.
    pub async fn start(mint: Arc<Mint>, client: &'static str) -> Self {
        let users = Users::default();
        let keys = mint.jwks_url().unwrap();
        let machine_token =
            Arc::new(move || mint.machine(client, "iam-service", "users:write").token());
        let parts = Parts {
            users: users.clone(),
            machine_token,
            keys,
        };
        let router = Router::new()
            .route("/oauth2/token", post(token))
            .route("/oauth2/jwks", get(jwks))
            .route("/users", post(get_or_create))
            .with_state(parts);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Self {
            address,
            users,
            server,
        }
    }

    /// The user with this address, who may not be known yet.
    #[must_use]
    pub fn user(&self, email: &str) -> UserId {
        user(&mut self.users.lock().unwrap(), email)
    }

    /// How many users there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.users.lock().unwrap().len()
    }
}

impl Drop for IamService {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn user(users: &mut BTreeMap<String, UserId>, email: &str) -> UserId {
    let next = 0x0198_c5a0_0000_7000_8000_0000_0000_0000 + users.len() as u128;
    *users
        .entry(email.to_lowercase())
        .or_insert_with(|| Uuid::from_u128(next).into())
}

async fn token(State(parts): State<Parts>) -> Json<Value> {
    let token = (parts.machine_token)();
    Json(json!({ "access_token": token, "token_type": "Bearer", "expires_in": 900 }))
}

async fn jwks(State(parts): State<Parts>) -> Json<Value> {
    Json(
        reqwest::get(parts.keys)
            .await
            .unwrap()
            .json()
            .await
            .unwrap(),
    )
}

async fn get_or_create(
    State(parts): State<Parts>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Json<Value>, StatusCode> {
    if !headers.contains_key("authorization") {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let email = body["email"].as_str().unwrap();
    assert!(body["onBehalfOf"].is_string(), "who hires is said");
    if email.ends_with("@refused.example") {
        return Err(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let id = user(&mut parts.users.lock().unwrap(), email);
    Ok(Json(json!({ "id": id, "email": email })))
}
