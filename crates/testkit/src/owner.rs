//! The other end of the wire to an owner of facts, for tests of one service: answers as the test
//! says, and remembers what it was asked.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking, also where this does it for the test"
)]

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::{Json, Router};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

/// A question that was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Where.
    pub path: String,
    /// What.
    pub body: Value,
    /// How fresh the answer was to be.
    pub consistency_token: Option<String>,
}

/// Listens as an owner of facts would. Dropped, it is down.
#[derive(Debug)]
pub struct Owner {
    /// Where.
    pub url: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
    server: JoinHandle<()>,
}

type Answering = dyn Fn(&str, &Value) -> Value + Send + Sync;

#[derive(Clone)]
struct Parts {
    answer: Arc<Answering>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Owner {
    /// Starts one that answers so: by the path and the body of a question.
    pub async fn start(answer: impl Fn(&str, &Value) -> Value + Send + Sync + 'static) -> Self {
        let asked = Arc::default();
        let parts = Parts {
            answer: Arc::new(answer),
            asked: Arc::clone(&asked),
        };
        let router = Router::new().fallback(answers).with_state(parts);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Self {
            url: url.parse().unwrap(),
            asked,
            server,
        }
    }

    /// What it was asked since this was called last.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answers(
    State(parts): State<Parts>,
    uri: Uri,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Json<Value> {
    let answer = (parts.answer)(uri.path(), &body);
    let token = headers.get("consistency-token");
    parts.asked.lock().unwrap().push(Asked {
        path: uri.path().to_owned(),
        body,
        consistency_token: token.map(|token| token.to_str().unwrap().to_owned()),
    });
    Json(answer)
}
