//! What a request may be at most, and what happens past that: on a real connection, because
//! that is where limits are met.

use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::ConnectInfo,
    routing::{get, post},
};
use chassis::{
    client::http_client,
    http::{Json, MAX_BODY, MAX_HEADER_FIELDS, MAX_HEADERS, deadline, harden, serve},
    problem::ProblemBody,
};
use reqwest::{Client, Response};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::app::settings;

struct Served {
    client: Client,
    url: String,
    shutdown: CancellationToken,
    task: JoinHandle<std::io::Result<()>>,
}

async fn served(router: Router, flags: &[&str]) -> anyhow::Result<Served> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let shutdown = CancellationToken::new();
    let router = harden(router, &settings(flags));
    let task = tokio::spawn(serve(router, listener, shutdown.clone()));
    Ok(Served {
        client: http_client()?,
        url,
        shutdown,
        task,
    })
}

impl Served {
    async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> reqwest::Result<Response> {
        let request = self.client.post(format!("{}{path}", self.url));
        request
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
    }
}

async fn problem(response: Response) -> anyhow::Result<(u16, String)> {
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    let status = response.status().as_u16();
    let body: ProblemBody = response.json().await?;
    assert_eq!(body.status, status);
    Ok((status, body.slug().to_owned()))
}

fn echo() -> Router {
    Router::new()
        .route("/json", post(async |Json(value): Json<Value>| Json(value)))
        .route("/bytes", post(async |bytes: Bytes| bytes.len().to_string()))
        .route("/get", get(async || "got"))
}

/// A JSON text of this many bytes.
fn text_of(size: usize) -> String {
    format!("\"{}\"", "x".repeat(size - 2))
}

#[tokio::test]
async fn bodies_may_have_64_kibibytes() -> anyhow::Result<()> {
    let served = served(echo(), &[]).await?;
    assert_eq!(served.post("/json", text_of(MAX_BODY)).await?.status(), 200);
    let answer = served.post("/json", text_of(MAX_BODY + 1)).await?;
    assert_eq!(
        problem(answer).await?,
        (413, "payload-too-large".to_owned())
    );
    Ok(())
}

#[tokio::test]
async fn a_body_that_does_not_say_its_length_is_measured_all_the_same() -> anyhow::Result<()> {
    let served = served(echo(), &[]).await?;
    let chunked = |size: usize| {
        let text = text_of(size).into_bytes();
        let chunks: Vec<_> = text
            .chunks(1000)
            .map(|chunk| anyhow::Ok(chunk.to_vec()))
            .collect();
        reqwest::Body::wrap_stream(futures::stream::iter(chunks))
    };
    assert_eq!(served.post("/json", chunked(MAX_BODY)).await?.status(), 200);
    let answer = served.post("/json", chunked(MAX_BODY + 1)).await?;
    assert_eq!(
        problem(answer).await?,
        (413, "payload-too-large".to_owned())
    );
    let answer = served.post("/bytes", chunked(MAX_BODY + 1)).await?;
    // Also where a handler reads the body by itself, and axum refuses in plain text.
    assert_eq!(
        problem(answer).await?,
        (413, "payload-too-large".to_owned())
    );
    Ok(())
}

#[tokio::test]
async fn headers_may_have_16_kibibytes() -> anyhow::Result<()> {
    let served = served(echo(), &[]).await?;
    let get = |size: usize| {
        served
            .client
            .get(format!("{}/get", served.url))
            .header("x", "x".repeat(size))
            .send()
    };
    assert_eq!(get(MAX_HEADERS - 200).await?.status(), 200);
    assert_eq!(
        problem(get(MAX_HEADERS).await?).await?,
        (431, "headers-too-large".to_owned())
    );
    assert_eq!(get(100 * 1024).await?.status(), 431);
    Ok(())
}

#[tokio::test]
async fn headers_may_be_64() -> anyhow::Result<()> {
    let served = served(echo(), &[]).await?;
    let get = |count: usize| {
        let request = served.client.get(format!("{}/get", served.url));
        (0..count)
            .fold(request, |request, n| request.header(format!("x-{n}"), "x"))
            .send()
    };
    assert_eq!(get(MAX_HEADER_FIELDS - 4).await?.status(), 200);
    assert_eq!(
        problem(get(MAX_HEADER_FIELDS + 1).await?).await?,
        (431, "headers-too-large".to_owned())
    );
    assert_eq!(
        get(200).await?.status(),
        431,
        "the server itself takes no more than a hundred"
    );
    Ok(())
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_a_problem() -> anyhow::Result<()> {
    let router = Router::new().route("/slow", get(std::future::pending::<String>));
    let served = served(router, &["--deadline", "50ms"]).await?;
    let answer = served
        .client
        .get(format!("{}/slow", served.url))
        .send()
        .await?;
    assert_eq!(answer.headers()["retry-after"], "1");
    assert_eq!(problem(answer).await?, (503, "timeout".to_owned()));
    Ok(())
}

#[tokio::test]
async fn some_of_a_deadline_is_kept_for_answering() -> anyhow::Result<()> {
    let left = async || {
        deadline::spendable()
            .unwrap_or_default()
            .as_millis()
            .to_string()
    };
    let router = Router::new().route("/left", get(left));
    for (limit, most) in [("10s", 9500), ("1s", 750)] {
        let served = served(router.clone(), &["--deadline", limit]).await?;
        let answer = served.client.get(format!("{}/left", served.url)).send();
        let left: u64 = answer.await?.text().await?.parse()?;
        assert!((most / 2..=most).contains(&left), "{left} ms of {limit}");
    }
    Ok(())
}

#[tokio::test]
async fn what_a_request_awaits_knows_what_remains_of_its_deadline() -> anyhow::Result<()> {
    let router = Router::new().route(
        "/remaining",
        get(async || {
            let left = deadline::remaining().unwrap_or_default();
            (left > Duration::from_secs(3) && left <= Duration::from_secs(4)).to_string()
        }),
    );
    let served = served(router, &["--deadline", "4s"]).await?;
    let answer = served
        .client
        .get(format!("{}/remaining", served.url))
        .send()
        .await?;
    assert_eq!(answer.text().await?, "true");
    assert_eq!(
        deadline::remaining(),
        None,
        "outside of a request nothing is known"
    );
    Ok(())
}

#[tokio::test]
async fn a_service_that_is_told_to_stop_finishes_what_runs() -> anyhow::Result<()> {
    let (entered, leave) = (CancellationToken::new(), CancellationToken::new());
    let router = Router::new().route("/running", {
        let (entered, leave) = (entered.clone(), leave.clone());
        get(async move || {
            entered.cancel();
            leave.cancelled().await;
            "finished"
        })
    });
    let served = served(router, &[]).await?;
    let running = tokio::spawn(served.client.get(format!("{}/running", served.url)).send());
    entered.cancelled().await;

    served.shutdown.cancel();
    leave.cancel();

    assert_eq!(running.await??.text().await?, "finished");
    served.task.await??;
    assert!(
        served.client.get(&served.url).send().await.is_err(),
        "and takes no more"
    );
    Ok(())
}

#[tokio::test]
async fn a_handler_can_know_who_is_connected() -> anyhow::Result<()> {
    let handler = get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.ip().to_string());
    let served = served(Router::new().route("/peer", handler), &[]).await?;
    let answer = served
        .client
        .get(format!("{}/peer", served.url))
        .send()
        .await?;
    assert_eq!(answer.text().await?, "127.0.0.1");
    Ok(())
}
