//! One vector: a request, and the answer that is right.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, ensure};
use authz_service::Config;
use axum::Router;
use axum::body::Body;
use chassis::clock::Clocks;
use clap::Parser;
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt as _;

const KEY: &str = "the key of whoever runs the vectors, which is long";
const NAME: &str = "a request by this name";

/// The one that merges the fields of a default and an item. The specification has an item's part stand for all of it
/// (section 7.1.1), and so do we: its first item names a resource without a type, and is no question.
const IN_CONFLICT: &str = "authzen-pdp-evaluations-batch-with-default-value-merging";

#[derive(Clone, Deserialize)]
pub(crate) struct Vector {
    name: String,
    payload: Option<Value>,
    raw_body: Option<String>,
    expected: Option<Value>,
    status: Option<u16>,
    #[serde(default)]
    statuses: Vec<u16>,
    method: Option<String>,
    auth: Option<String>,
    content_type: Option<String>,
    #[serde(default)]
    x_request_id: bool,
}

/// The policy decision point that is tested.
pub(crate) struct Point {
    router: Router,
    endpoints: BTreeMap<&'static str, &'static str>,
}

struct Answer {
    status: StatusCode,
    request_id: Option<String>,
    body: Value,
}

impl Point {
    pub(crate) fn new() -> anyhow::Result<Self> {
        #[derive(Parser)]
        struct Told {
            #[command(flatten)]
            config: Config,
        }
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
        let files = tempfile::tempdir()?;
        let callers = files.path().join("callers.json");
        let known = json!({ "vectors": { "key": KEY, "supplies": ["*"] } });
        std::fs::write(&callers, known.to_string())?;
        let at = |path: &Path| path.display().to_string();
        let (policies, facts) = (here.join("records"), here.join("facts.json"));
        let Told { config } = Told::try_parse_from([
            "authz-service",
            "--policies",
            &at(&policies),
            "--facts",
            &at(&facts),
            "--callers",
            &at(&callers),
        ])?;
        let api = authz_service::api(&config, &Clocks::system(), None)?;
        Ok(Self {
            router: authz_service::router(api, &config.settings),
            endpoints: BTreeMap::from([
                ("evaluation", "/access/v1/evaluation"),
                ("evaluations", "/access/v1/evaluations"),
                ("subject-search", "/access/v1/search/subject"),
                ("resource-search", "/access/v1/search/resource"),
                ("action-search", "/access/v1/search/action"),
            ]),
        })
    }

    fn endpoint(&self, vector: &str) -> anyhow::Result<&'static str> {
        let name = vector.trim_start_matches("authzen-pdp-");
        let of = |(kind, at): (&&str, &&'static str)| {
            let rest = name.strip_prefix(kind)?;
            rest.starts_with('-').then_some(*at)
        };
        self.endpoints
            .iter()
            .find_map(of)
            .context("a vector of no endpoint")
    }
}

impl Vector {
    pub(crate) fn title(&self) -> String {
        if self.name == IN_CONFLICT {
            format!(
                "{} (in conflict with the specification, which is followed)",
                self.name
            )
        } else {
            self.name.clone()
        }
    }

    pub(crate) async fn run(mut self, point: &Point) -> anyhow::Result<()> {
        if self.name == IN_CONFLICT {
            self.expected =
                Some(json!({ "evaluations": [{ "decision": false }, { "decision": false }] }));
        }
        let body = self.raw_body.clone();
        let body = body.or_else(|| self.payload.as_ref().map(Value::to_string));
        let body = body.unwrap_or_default();
        let answer = self.send(point, body.clone()).await?;
        let expected = match (self.status, self.statuses.as_slice()) {
            (Some(status), _) => vec![status],
            (None, []) => vec![200],
            (None, statuses) => statuses.to_vec(),
        };
        let status = answer.status.as_u16();
        ensure!(expected.contains(&status), "{status}: {}", answer.body);
        if self.x_request_id {
            ensure!(
                answer.request_id.as_deref() == Some(NAME),
                "the request's name is not said"
            );
        }
        if status != 200 {
            return Ok(());
        }
        if self.name.contains("idempotency") {
            let again = self.send(point, body).await?;
            ensure!(again.body == answer.body, "then {}", again.body);
        }
        self.judge(point, answer.body).await
    }

    async fn judge(&self, point: &Point, body: Value) -> anyhow::Result<()> {
        let default = json!({ "decision": true });
        let expected = self.expected.as_ref().unwrap_or(&default);
        if let Some(decision) = expected.get("decision") {
            ensure!(body.get("decision") == Some(decision), "{body}");
        }
        if let Some(decisions) = expected.get("evaluations").and_then(Value::as_array) {
            let decided = body["evaluations"].as_array().context("no evaluations")?;
            let of = |all: &[Value]| {
                all.iter()
                    .map(|one| one["decision"].clone())
                    .collect::<Vec<_>>()
            };
            ensure!(of(decided) == of(decisions), "{body}");
        }
        if let Some(results) = expected.get("results").and_then(Value::as_array) {
            let found = self.pages(point, body).await?;
            ensure!(
                results.iter().all(|result| found.contains(result)),
                "{found:?}"
            );
            ensure!(!results.is_empty() || found.is_empty(), "{found:?}");
        }
        Ok(())
    }

    /// All results, page by page.
    async fn pages(&self, point: &Point, first: Value) -> anyhow::Result<Vec<Value>> {
        let mut found = Vec::new();
        let mut page = first;
        loop {
            let results = page["results"].as_array().context("no results")?;
            ensure!(page["page"]["count"] == results.len(), "{page}");
            found.extend(results.iter().cloned());
            let token = page["page"]["next_token"]
                .as_str()
                .context("no next_token")?;
            if token.is_empty() {
                return Ok(found);
            }
            let mut next = self.payload.clone().context("no payload")?;
            next["page"]["token"] = token.into();
            page = self.send(point, next.to_string()).await?.body;
        }
    }

    async fn send(&self, point: &Point, body: String) -> anyhow::Result<Answer> {
        let method: Method = self.method.as_deref().unwrap_or("POST").parse()?;
        let content_type = self.content_type.as_deref().unwrap_or("application/json");
        let mut request = Request::builder()
            .method(method)
            .uri(point.endpoint(&self.name)?)
            .header(header::CONTENT_TYPE, content_type)
            .header("x-request-id", NAME);
        request = match self.auth.as_deref() {
            None => request.header(header::AUTHORIZATION, format!("Bearer {KEY}")),
            Some("none") => request,
            Some(_) => request.header(header::AUTHORIZATION, format!("Bearer {KEY}, corrupted")),
        };
        let answer = point
            .router
            .clone()
            .oneshot(request.body(Body::from(body))?)
            .await?;
        let status = answer.status();
        let request_id = answer.headers().get("x-request-id");
        let request_id = request_id
            .map(|name| name.to_str().map(ToOwned::to_owned))
            .transpose()?;
        let bytes = answer.into_body().collect().await?.to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok(Answer {
            status,
            request_id,
            body,
        })
    }
}
