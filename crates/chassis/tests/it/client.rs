//! Calls to other services: tokens, deadlines, the breaker, and what an answer means.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use axum::{
    Form, Json, Router,
    body::{Body, Bytes},
    extract::{Path, State},
    routing::{any, get, post},
};
use chassis::{
    client::{BreakerSettings, ClientError, ServiceClient, TokenSource, http_client},
    config::Credentials,
    http::harden,
    problem::{CONFLICT, NOT_FRESH_ENOUGH, Problem, TOO_MANY_REQUESTS, UNAVAILABLE, UNDECIDED},
};
use futures::future::join_all;
use http::{HeaderMap, StatusCode};
use jiff::SignedDuration;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use testkit::{clock::TestClock, proxy::ChaosProxy};
use tokio::{
    net::TcpListener,
    sync::RwLock,
    time::{Instant, timeout},
};

use crate::app::{NOON, problem, request, send, settings};

/// An issuer and another service in one: counts what it is asked, and answers as told.
#[derive(Clone, Default)]
struct Other {
    tokens: Arc<AtomicUsize>,
    calls: Arc<AtomicUsize>,
    /// Who holds it keeps the issuer from answering.
    voice: Arc<RwLock<()>>,
}

impl Other {
    async fn start(&self) -> anyhow::Result<std::net::SocketAddr> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = Router::new()
            .route("/oauth2/token", post(token))
            .route("/answer/{status}", any(answer))
            .route("/seen", any(seen))
            .route("/behind", any(async || Problem::new(&NOT_FRESH_ENOUGH)))
            .route("/undecided", any(async || Problem::new(&UNDECIDED)))
            .route("/never", any(pending::<()>))
            .route("/large", any(async || vec![b' '; 5 * 1024 * 1024]))
            .with_state(self.clone());
        tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Ok(address)
    }
}

async fn token(
    State(other): State<Other>,
    headers: HeaderMap,
    Form(form): Form<Vec<(String, String)>>,
) -> Result<Json<Value>, StatusCode> {
    // What RFC 6749 makes of client `a b` and secret `s:%`.
    let expected = "Basic YStiOnMlM0ElMjU=";
    let form: Vec<_> = form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let asked = [
        ("grant_type", "client_credentials"),
        ("resource", "other-service"),
    ];
    if headers["authorization"] != expected || form != asked {
        return Err(StatusCode::BAD_REQUEST);
    }
    let number = other.tokens.fetch_add(1, Ordering::SeqCst);
    drop(other.voice.read().await);
    Ok(Json(
        json!({ "access_token": format!("token-{number}"), "token_type": "Bearer", "expires_in": 900 }),
    ))
}

async fn answer(
    State(other): State<Other>,
    Path(status): Path<u16>,
) -> Result<StatusCode, Problem> {
    other.calls.fetch_add(1, Ordering::SeqCst);
    match StatusCode::from_u16(status).map_err(Problem::internal)? {
        StatusCode::CONFLICT => Err(Problem::new(&CONFLICT).with("name", "Tower")),
        status => Ok(status),
    }
}

/// What was sent.
async fn seen(headers: HeaderMap, body: Bytes) -> Json<Value> {
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(ToOwned::to_owned)
    };
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    Json(
        json!({ "authorization": header("authorization"), "key": header("idempotency-key"), "body": body }),
    )
}

pub(crate) struct World {
    other: Other,
    clock: TestClock,
    pub(crate) tokens: Arc<TokenSource>,
    /// Between the client and the other service; the issuer is reached directly.
    proxy: ChaosProxy,
    client: ServiceClient,
}

const BREAKER: BreakerSettings = BreakerSettings {
    failures: 3,
    pause: Duration::from_hours(1),
};

pub(crate) async fn world() -> anyhow::Result<World> {
    let other = Other::default();
    let address = other.start().await?;
    let proxy = ChaosProxy::start(address).await?;
    let clock = TestClock::at(NOON)?;
    let settings = settings(&["--issuer", &format!("http://{address}")]);
    let credentials = Credentials {
        client_id: "a b".to_owned(),
        client_secret: Some("s:%".into()),
        client_secret_file: None,
    };
    let http = http_client()?;
    let tokens = TokenSource::new(
        &settings,
        &credentials,
        http.clone(),
        Arc::new(clock.clone()),
    )?;
    let tokens = Arc::new(tokens);
    let base = format!("http://{}/", proxy.address()).parse()?;
    let client = ServiceClient::new(
        base,
        "other-service",
        Arc::clone(&tokens),
        http,
        Duration::from_secs(2),
    )
    .with_breaker(BREAKER);
    Ok(World {
        other,
        clock,
        tokens,
        proxy,
        client,
    })
}

fn is_unavailable<T>(result: &Result<T, ClientError>) -> bool {
    matches!(result, Err(ClientError::Unavailable { .. }))
}

#[tokio::test]
async fn a_call_carries_the_services_own_token() -> anyhow::Result<()> {
    let world = world().await?;
    let call = world.client.post("/seen").json(&json!({ "userId": "ada" }));
    let call = call.header("idempotency-key".parse()?, "k".parse()?);
    let reply = call.send::<Value>().await?;
    assert_eq!(
        reply.body,
        json!({ "authorization": "Bearer token-0", "key": "k", "body": { "userId": "ada" } })
    );
    Ok(())
}

#[tokio::test]
async fn a_token_is_got_once_for_many_calls() -> anyhow::Result<()> {
    let world = world().await?;
    let replies = join_all((0..20).map(|_| world.client.get("/answer/204").done())).await;
    assert!(replies.iter().all(Result::is_ok));
    assert_eq!(world.other.tokens.load(Ordering::SeqCst), 1);
    Ok(())
}

async fn token_of(world: &World) -> anyhow::Result<String> {
    let token = world.tokens.token("other-service").await?;
    Ok(token.expose_secret().to_owned())
}

#[tokio::test]
async fn a_token_is_renewed_after_a_third_of_its_life() -> anyhow::Result<()> {
    let world = world().await?;
    assert_eq!(token_of(&world).await?, "token-0");
    world.clock.advance(SignedDuration::from_secs(299));
    assert_eq!(token_of(&world).await?, "token-0");
    world.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(token_of(&world).await?, "token-1");
    Ok(())
}

#[tokio::test]
async fn a_silent_issuer_keeps_nobody_waiting_who_has_a_token() -> anyhow::Result<()> {
    let world = world().await?;
    let call = || world.client.get("/answer/204").done();
    call().await?;
    let silence = world.other.voice.write().await;
    // It was due long ago, and is good for ten seconds more.
    world.clock.advance(SignedDuration::from_secs(890));

    let begun = Instant::now();
    let answers = join_all((0..20).map(|_| call())).await;
    let next = call().await;

    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "a good part of no deadline"
    );
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert!(next.is_ok(), "{next:?}");
    drop(silence);
    world.clock.advance(SignedDuration::from_secs(10));
    assert_eq!(token_of(&world).await?, "token-1", "the renewal goes on");
    assert_eq!(
        world.other.tokens.load(Ordering::SeqCst),
        2,
        "one request for all"
    );
    Ok(())
}

#[tokio::test]
async fn an_answer_is_not_a_refusal_and_neither_is_an_outage() -> anyhow::Result<()> {
    let world = world().await?;
    assert_eq!(world.client.get("/answer/204").done().await?.status, 204);

    let refused = world.client.get("/answer/409").done().await;
    let Err(error @ ClientError::Refused { status, .. }) = refused else {
        anyhow::bail!("{refused:?}");
    };
    assert_eq!((status.as_u16(), error.slug()), (409, Some("conflict")));

    for status in [500, 502, 503, 302, 401] {
        let world = self::world().await?;
        let result = world.client.get(&format!("/answer/{status}")).done().await;
        assert!(is_unavailable(&result), "{status}: {result:?}");
    }
    let misunderstood = world.client.get("/answer/200").send::<Value>().await;
    assert!(
        is_unavailable(&misunderstood),
        "an answer without the body that was asked for"
    );
    Ok(())
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_not_used_again() -> anyhow::Result<()> {
    let world = world().await?;
    assert!(world.client.get("/answer/401").done().await.is_err());
    let reply = world.client.get("/seen").send::<Value>().await?;
    assert_eq!(reply.body["authorization"], "Bearer token-1");
    Ok(())
}

#[tokio::test]
async fn a_call_ends_with_its_deadline() -> anyhow::Result<()> {
    let world = world().await?;
    let started = Instant::now();
    assert!(is_unavailable(&world.client.get("/never").done().await));
    assert!(started.elapsed() < Duration::from_secs(4));
    Ok(())
}

#[tokio::test]
async fn who_waits_in_vain_can_still_say_so_within_its_own_deadline() -> anyhow::Result<()> {
    let world = Arc::new(world().await?);
    let ask = async move || {
        let answer = world.client.get("/never").done().await;
        // To say so takes a moment, too.
        let _ = timeout(Duration::from_millis(50), pending::<()>()).await;
        answer.map(drop).map_err(Problem::from)
    };
    let service = harden(
        Router::new().route("/", get(ask)),
        &settings(&["--deadline", "1s"]),
    );
    let answer = send(&service, request("GET", "/").body(Body::empty())?).await;
    assert_eq!(
        problem(answer).await?.slug(),
        "unavailable",
        "and not: timeout"
    );
    Ok(())
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_left_alone() -> anyhow::Result<()> {
    let world = world().await?;
    for _ in 0..BREAKER.failures {
        assert!(is_unavailable(
            &world.client.get("/answer/503").done().await
        ));
    }
    let before = world.other.calls.load(Ordering::SeqCst);

    let result = world.client.get("/answer/204").done().await;

    assert!(
        matches!(&result, Err(ClientError::Unavailable { cause, .. }) if cause == "circuit open"),
        "{result:?}"
    );
    assert_eq!(world.other.calls.load(Ordering::SeqCst), before);
    Ok(())
}

#[tokio::test]
async fn a_service_that_was_left_next_to_no_time_has_not_failed() -> anyhow::Result<()> {
    let world = Arc::new(world().await?);
    let client = Arc::clone(&world);
    let ask = async move || {
        let answer = client.client.get("/never").done().await;
        answer.map(drop).map_err(Problem::from)
    };
    let hurried = harden(
        Router::new().route("/", get(ask)),
        &settings(&["--deadline", "100ms"]),
    );
    for _ in 0..BREAKER.failures {
        let answer = send(&hurried, request("GET", "/").body(Body::empty())?).await;
        assert_eq!(answer.status(), 503);
    }
    world.client.get("/answer/204").done().await?;
    Ok(())
}

#[tokio::test]
async fn a_refusal_is_no_failure_to_the_breaker() -> anyhow::Result<()> {
    let world = world().await?;
    for _ in 0..BREAKER.failures * 2 {
        assert!(world.client.get("/answer/409").done().await.is_err());
    }
    assert!(world.client.get("/answer/204").done().await.is_ok());
    Ok(())
}

#[tokio::test]
async fn more_than_is_read_is_no_failure_either_and_no_answer() -> anyhow::Result<()> {
    let world = world().await?;
    for _ in 0..BREAKER.failures * 2 {
        let answer = world.client.get("/large").done().await;
        let error = answer.err().context("an answer")?;
        assert!(matches!(error, ClientError::TooLarge { .. }), "{error}");
        assert_eq!(Problem::from(error).kind(), &UNAVAILABLE);
    }
    assert!(world.client.get("/answer/204").done().await.is_ok());
    Ok(())
}

#[tokio::test]
async fn a_service_that_does_not_know_enough_or_is_asked_too_much_at_once_is_well()
-> anyhow::Result<()> {
    let world = world().await?;
    for (path, kind) in [
        ("/behind", &NOT_FRESH_ENOUGH),
        ("/undecided", &NOT_FRESH_ENOUGH),
        ("/answer/429", &TOO_MANY_REQUESTS),
    ] {
        for _ in 0..BREAKER.failures * 2 {
            let answer = world.client.get(path).done().await;
            let error = answer.err().context("an answer")?;
            assert_eq!(Problem::from(error).kind(), kind, "{path}");
        }
    }
    assert!(world.client.get("/answer/204").done().await.is_ok());
    Ok(())
}

#[tokio::test]
async fn a_service_that_is_back_is_called_again() -> anyhow::Result<()> {
    let world = world().await?;
    let client = world.client.with_breaker(BreakerSettings {
        pause: Duration::ZERO,
        ..BREAKER
    });
    world.proxy.cut();
    for _ in 0..BREAKER.failures * 2 {
        assert!(is_unavailable(&client.get("/answer/204").done().await));
    }
    world.proxy.restore();
    assert!(client.get("/answer/204").done().await.is_ok());
    Ok(())
}
