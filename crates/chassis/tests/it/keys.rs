//! How the issuer's keys are fetched and kept.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Json, Router, http::StatusCode, routing::get};
use chassis::auth::keys::{BELIEVED_FOR, FRESH_FOR, PAUSE};
use futures::future::join_all;
use serde_json::{Value, json};
use testkit::{clock::TestClock, forged::PERSON, mint::Mint};
use tokio::{net::TcpListener, sync::RwLock, time::Instant};

use crate::app::{NOON, problem, send, service, with_token};

const ISS: &str = "http://issuer.example";

/// An issuer whose published keys change, and which counts how often it is asked.
#[derive(Clone, Default)]
struct Issuer {
    keys: Arc<Mutex<Option<Vec<Value>>>>,
    asked: Arc<AtomicUsize>,
    /// Who holds it keeps the issuer from answering.
    voice: Arc<RwLock<()>>,
}

impl Issuer {
    fn publish(&self, keys: Option<Vec<Value>>) {
        *self.keys.lock().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    async fn start(&self) -> anyhow::Result<url::Url> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/jwks", listener.local_addr()?).parse()?;
        let issuer = self.clone();
        let router = Router::new().route("/jwks", get(async move || issuer.answer().await));
        tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Ok(url)
    }

    async fn answer(&self) -> Result<Json<Value>, StatusCode> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        drop(self.voice.read().await);
        let keys = self
            .keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        keys.map(|keys| Json(json!({ "keys": keys })))
            .ok_or(StatusCode::BAD_GATEWAY)
    }
}

/// An issuer, its clock, a service that believes it, and two keys with a token of each.
struct World {
    issuer: Issuer,
    clock: TestClock,
    service: Router,
    keys: [Value; 2],
    mints: [Mint; 2],
}

impl World {
    async fn new() -> anyhow::Result<Self> {
        let clock = TestClock::at(NOON)?;
        let issuer = Issuer::default();
        let service = service(ISS, issuer.start().await?, &clock)?;
        let mints = [
            Mint::start(clock.clone()).await?,
            Mint::start(clock.clone()).await?,
        ];
        let keys = mints.each_ref().map(published);
        Ok(Self {
            issuer,
            clock,
            service,
            keys,
            mints,
        })
    }

    /// The answer to a token just signed with a key.
    async fn try_key(&self, key: usize) -> anyhow::Result<u16> {
        let token = self.mints[key].user(PERSON).claim("iss", ISS).token();
        let answer = send(&self.service, with_token("GET", "/people", &token)?).await;
        Ok(answer.status().as_u16())
    }
}

fn published(mint: &Mint) -> Value {
    let mut jwk = mint.public_jwk();
    jwk["kid"] = mint.kid().into();
    jwk["alg"] = "ES256".into();
    jwk["use"] = "sig".into();
    jwk
}

#[tokio::test]
async fn without_any_keys_nothing_can_be_said_about_a_token() -> anyhow::Result<()> {
    let world = World::new().await?;
    let token = world.mints[0].user(PERSON).claim("iss", ISS).token();

    let answer = send(&world.service, with_token("GET", "/people", &token)?).await;

    assert_eq!(answer.headers()["retry-after"], "1");
    assert_eq!(problem(answer).await?.slug(), "unavailable");
    world.issuer.publish(Some(vec![world.keys[0].clone()]));
    assert_eq!(world.try_key(0).await?, 200, "as soon as there are keys");
    Ok(())
}

#[tokio::test]
async fn keys_are_fetched_once_for_many_requests() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.issuer.publish(Some(vec![world.keys[0].clone()]));

    let answers = join_all((0..20).map(|_| world.try_key(0))).await;

    assert!(answers.into_iter().all(|status| matches!(status, Ok(200))));
    assert_eq!(world.issuer.asked(), 1);
    Ok(())
}

#[tokio::test]
async fn a_new_key_works_at_once() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.issuer.publish(Some(vec![world.keys[0].clone()]));
    assert_eq!(world.try_key(0).await?, 200);
    world.issuer.publish(Some(world.keys.to_vec()));
    world.clock.advance(PAUSE);

    assert_eq!(world.try_key(1).await?, 200);
    assert_eq!(world.try_key(0).await?, 200);
    Ok(())
}

#[tokio::test]
async fn made_up_key_ids_do_not_flood_the_issuer() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.issuer.publish(Some(vec![world.keys[0].clone()]));
    assert_eq!(world.try_key(0).await?, 200);
    world.clock.advance(PAUSE);

    for _ in 0..20 {
        assert_eq!(world.try_key(1).await?, 401);
    }
    assert_eq!(world.issuer.asked(), 2, "one fetch for twenty tokens");
    Ok(())
}

#[tokio::test]
async fn a_retired_key_stops_working_within_a_minute() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.issuer.publish(Some(vec![world.keys[0].clone()]));
    assert_eq!(world.try_key(0).await?, 200);
    world.issuer.publish(Some(vec![world.keys[1].clone()]));

    world.clock.advance(FRESH_FOR);

    assert_eq!(world.try_key(0).await?, 401);
    assert_eq!(world.try_key(1).await?, 200);
    Ok(())
}

#[tokio::test]
async fn an_issuer_that_is_down_ends_no_session() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.issuer.publish(Some(vec![world.keys[0].clone()]));
    assert_eq!(world.try_key(0).await?, 200);
    world.issuer.publish(None);

    world.clock.advance(FRESH_FOR * 3);

    assert_eq!(world.try_key(0).await?, 200);
    assert_eq!(world.try_key(0).await?, 200);
    assert_eq!(world.issuer.asked(), 2, "asked again once a minute only");
    Ok(())
}

#[tokio::test]
async fn a_silent_issuer_keeps_nobody_waiting_who_has_a_known_key() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.issuer.publish(Some(vec![world.keys[0].clone()]));
    assert_eq!(world.try_key(0).await?, 200);
    let silence = world.issuer.voice.write().await;
    world.clock.advance(FRESH_FOR);

    let begun = Instant::now();
    let answers = join_all((0..20).map(|_| world.try_key(0))).await;

    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "a good part of no deadline"
    );
    assert!(answers.into_iter().all(|status| matches!(status, Ok(200))));
    world.issuer.publish(Some(vec![world.keys[1].clone()]));
    drop(silence);
    assert_eq!(world.try_key(1).await?, 200, "the fetch goes on");
    assert_eq!(world.try_key(0).await?, 401);
    assert_eq!(world.issuer.asked(), 2, "one fetch for all");
    Ok(())
}

#[tokio::test]
async fn nobody_believes_keys_for_ever_of_which_the_issuer_says_nothing() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.issuer.publish(Some(vec![world.keys[0].clone()]));
    assert_eq!(world.try_key(0).await?, 200);
    world.issuer.publish(None);

    world.clock.advance(BELIEVED_FOR);

    assert_eq!(world.try_key(0).await?, 503);
    world.issuer.publish(Some(vec![world.keys[0].clone()]));
    assert_eq!(world.try_key(0).await?, 200, "as soon as it speaks again");
    Ok(())
}

#[tokio::test]
async fn keys_that_tokens_are_not_signed_with_are_no_keys() -> anyhow::Result<()> {
    let world = World::new().await?;
    let with = |name: &str, value: Value| {
        let mut key = world.keys[0].clone();
        key[name] = value;
        key
    };
    let octets =
        json!({ "kty": "oct", "k": "c2VjcmV0", "kid": world.mints[0].kid(), "alg": "HS256" });
    let unusable = [
        octets,
        with("use", json!("enc")),
        with("alg", json!("ES384")),
        with("alg", json!("HS256")),
        with("crv", json!("P-384")),
        with("kty", json!("RSA")),
        json!("no key at all"),
    ];
    for key in unusable {
        world.clock.advance(PAUSE);
        world
            .issuer
            .publish(Some(vec![key.clone(), world.keys[1].clone()]));
        assert_eq!(world.try_key(0).await?, 401, "{key}");
    }
    assert_eq!(world.try_key(1).await?, 200, "the others are not spoiled");
    Ok(())
}
