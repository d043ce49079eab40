//! Is it alive, is it ready?

use std::sync::Arc;

use ::http::HeaderMap;
use futures::future::{BoxFuture, join_all};
use serde::Serialize;

use crate::{
    http::Json,
    problem::{NOT_READY, Problem},
};

/// One thing that a service needs to be ready.
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) run: Box<dyn Fn(HeaderMap) -> BoxFuture<'static, Result<(), String>> + Send + Sync>,
}

#[derive(Serialize)]
pub(super) struct Status {
    status: &'static str,
}

#[derive(Serialize)]
struct Missing {
    name: &'static str,
    detail: String,
}

pub(super) async fn live() -> Json<Status> {
    Json(Status { status: "live" })
}

pub(super) async fn ready(
    checks: Arc<Vec<Check>>,
    headers: HeaderMap,
) -> Result<Json<Status>, Problem> {
    let results = checks.iter().map(|check| async {
        let result = (check.run)(headers.clone()).await;
        result.err().map(|detail| Missing {
            name: check.name,
            detail,
        })
    });
    let missing: Vec<_> = join_all(results).await.into_iter().flatten().collect();
    if missing.is_empty() {
        Ok(Json(Status { status: "ready" }))
    } else {
        Err(Problem::new(&NOT_READY)
            .with("missing", missing)
            .retry_after(1))
    }
}
