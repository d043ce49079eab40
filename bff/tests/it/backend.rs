//! A service that takes the provider's tokens and nothing else, and remembers what it was asked.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Json, Router,
    body::{Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Semaphore};
use uuid::Uuid;

use crate::provider::Provider;

/// The person who signs in.
pub(crate) const ADA: &str = "0198c5a0-0000-7000-8000-00000000ada0";

#[derive(Clone)]
pub(crate) struct Backend {
    provider: Provider,
    pub(crate) address: SocketAddr,
    desk: Arc<Mutex<Desk>>,
}

/// What it was asked, and what it answers.
#[derive(Default)]
pub(crate) struct Desk {
    pub(crate) asked: Vec<Asked>,
    pub(crate) systems: BTreeMap<Uuid, Value>,
    /// What answers to writes carry.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) undecided: bool,
    /// Systems that a list cannot tell.
    pub(crate) late: BTreeSet<Uuid>,
    /// Behind each page of a list there is another.
    pub(crate) endless: bool,
    /// On so many who ask it hangs up.
    pub(crate) hangs_up: usize,
    /// Answers wait here.
    pub(crate) gate: Option<Arc<Semaphore>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) uri: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Backend {
    pub(crate) async fn start(provider: Provider) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let backend = Self {
            provider,
            address,
            desk: Arc::default(),
        };
        let router = Router::new().fallback(answer).with_state(backend.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        backend
    }

    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap()
    }

    /// The last thing it was asked.
    pub(crate) fn asked(&self) -> Asked {
        self.desk().asked.last().unwrap().clone()
    }

    /// A system is as this says from now on; nobody is told.
    pub(crate) fn has(&self, id: Uuid, state: &str, version: i64) {
        let system = json!({ "id": id, "location": { "id": id, "name": "Tower" }, "state": state, "version": version });
        self.desk().systems.insert(id, system);
    }
}

async fn answer(State(backend): State<Backend>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let bearer = parts
        .headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let accepted = bearer
        .and_then(|value| value.strip_prefix("Bearer "))
        .is_some_and(|t| backend.provider.accepts(t));
    let asked = Asked {
        method: parts.method,
        uri: parts.uri.to_string(),
        headers: parts.headers,
        body,
    };
    let write = asked.method != Method::GET;
    backend.desk().asked.push(asked);
    let hangs_up = backend.desk().hangs_up.checked_sub(1);
    if let Some(left) = hangs_up {
        backend.desk().hangs_up = left;
        panic!("nothing else hangs up in the middle of a request");
    }
    let gate = backend.desk().gate.clone();
    if let Some(gate) = gate {
        gate.acquire().await.unwrap().forget();
    }
    let desk = backend.desk();
    if !accepted {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if desk.undecided {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let mut response = match desk.reply(parts.uri.path()) {
        Some(body) => Json(body).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    };
    for (name, value) in desk.headers.iter().filter(|_| write) {
        response.headers_mut().append(*name, value.parse().unwrap());
    }
    response
}

impl Desk {
    fn reply(&self, path: &str) -> Option<Value> {
        if path == "/securitysystems" {
            let next = self.endless.then_some("further");
            let decided = self
                .systems
                .iter()
                .filter(|(id, _)| !self.late.contains(id));
            let items: Vec<_> = decided.map(|(_, system)| system).collect();
            return Some(json!({ "items": items, "nextPage": next, "undecided": self.late }));
        }
        match path.strip_prefix("/securitysystems/") {
            Some(id) => self.systems.get(&id.parse().ok()?).cloned(),
            None => Some(json!({ "path": path })),
        }
    }
}
