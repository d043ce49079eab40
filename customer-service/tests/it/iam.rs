//! The other end of the wire to iam-service: finds and makes users, and gives tokens to services.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use access::UserId;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use testkit::mint::Mint;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use uuid::Uuid;

type Users = Arc<Mutex<BTreeMap<String, UserId>>>;

pub(crate) struct IamService {
    pub(crate) address: SocketAddr,
    users: Users,
    server: JoinHandle<()>,
}

#[derive(Clone)]
struct Shared {
    users: Users,
    machine_token: Arc<dyn Fn() -> String + Send + Sync>,
    keys: reqwest::Url,
}

impl IamService {
    pub(crate) async fn start(mint: Arc<Mint>) -> Self {
        let users = Users::default();
        let keys = mint.jwks_url().unwrap();
        let machine_token = Arc::new(move || {
            mint.machine("customer-service", "iam-service", "users:write")
                .token()
        });
        let shared = Shared {
            users: users.clone(),
            machine_token,
            keys,
        };
        let router = Router::new()
            .route("/oauth2/token", post(token))
            .route("/oauth2/jwks", get(jwks))
            .route("/users", post(get_or_create))
            .with_state(shared);
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
    pub(crate) fn user(&self, email: &str) -> UserId {
        user(&mut self.users.lock().unwrap(), email)
    }

    /// How many users there are.
    pub(crate) fn count(&self) -> usize {
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

async fn token(State(shared): State<Shared>) -> Json<Value> {
    let token = (shared.machine_token)();
    Json(json!({ "access_token": token, "token_type": "Bearer", "expires_in": 900 }))
}

async fn jwks(State(shared): State<Shared>) -> Json<Value> {
    Json(
        reqwest::get(shared.keys)
            .await
            .unwrap()
            .json()
            .await
            .unwrap(),
    )
}

async fn get_or_create(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Json<Value>, StatusCode> {
    if !headers.contains_key("authorization") {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let email = body["email"].as_str().unwrap();
    if email.ends_with("@refused.example") {
        return Err(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let id = user(&mut shared.users.lock().unwrap(), email);
    Ok(Json(
        json!({ "id": id, "email": email, "name": body["name"] }),
    ))
}
