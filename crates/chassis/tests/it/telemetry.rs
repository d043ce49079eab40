//! One trace through every hop.

use axum::{
    Router,
    body::{Body, Bytes},
    routing::{get, post},
};
use chassis::{
    http::harden,
    problem::{CONFLICT, Problem},
    telemetry,
};
use http::HeaderMap;
use tokio::{
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};
use tracing::Instrument as _;

use crate::app::{problem, request, send, settings};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// A collector of traces, and what it gets.
async fn collector() -> anyhow::Result<(String, UnboundedReceiver<Bytes>)> {
    let (sender, spans) = unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let collect = post(async move |spans: Bytes| drop(sender.send(spans)));
    let router = Router::new().route("/v1/traces", collect);
    tokio::spawn(async move { drop(axum::serve(listener, router).await) });
    Ok((address, spans))
}

#[tokio::test]
async fn a_trace_runs_through_a_service() -> anyhow::Result<()> {
    let (collector, mut spans) = collector().await?;
    let flags = ["--log", "off", "--otlp-endpoint", &collector];
    let telemetry = telemetry::init("example", &settings(&flags))?;
    let router = Router::new()
        .route("/outgoing", get(outgoing))
        .route("/problem", get(async || Problem::new(&CONFLICT)));
    let service = harden(router, &settings(&[]));

    // What the service sends on belongs to the caller's trace, under a span of its own.
    let joined = request("GET", "/outgoing").header("traceparent", PARENT);
    let answer = send(&service, joined.body(Body::empty())?).await;
    let sent = answer.headers()["sent"].to_str()?.to_owned();
    assert!(
        sent.starts_with(&format!("00-{TRACE}-")) && sent != PARENT,
        "{sent}"
    );

    // So does the problem that a client sees.
    let joined = request("GET", "/problem").header("traceparent", PARENT);
    let body = problem(send(&service, joined.body(Body::empty())?).await).await?;
    assert_eq!(body.trace_id.as_deref(), Some(TRACE));

    // Without a caller's trace, or with one that is none, a new one begins.
    for traceparent in [None, Some("00-zzz-zzz-01"), Some("")] {
        let mut request = request("GET", "/problem");
        if let Some(traceparent) = traceparent {
            request = request.header("traceparent", traceparent);
        }
        let body = problem(send(&service, request.body(Body::empty())?).await).await?;
        assert!(
            body.trace_id
                .is_some_and(|id| id.len() == 32 && id != TRACE),
            "{traceparent:?}"
        );
    }

    // At the end the collector has got it all: ids are bytes, names are text.
    telemetry.shut_down().await;
    let id = u128::from_str_radix(TRACE, 16)?.to_be_bytes();
    let sent = spans.recv().await.unwrap_or_default();
    let has = |needle: &[u8]| sent.windows(needle.len()).any(|window| window == needle);
    assert!(has(&id) && has(b"GET /outgoing") && has(b"example"));
    Ok(())
}

/// What a request to another service, or an event, would carry.
async fn outgoing() -> [(&'static str, String); 1] {
    let headers = async {
        let mut headers = HeaderMap::new();
        telemetry::inject(&mut headers);
        headers
    }
    .instrument(tracing::info_span!("call"))
    .await;
    let sent = headers
        .get("traceparent")
        .and_then(|value| value.to_str().ok());
    [("sent", sent.unwrap_or_default().to_owned())]
}
