//! A world that is begun is finished, or it is said that it was not.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, StatusCode};
use axum::{Json, Router};
use demo_world::api::Api;
use demo_world::secrets::Secrets;
use demo_world::{Addresses, http_client, kept};
use serde_json::json;
use testkit::scratch::Scratch;
use tokio::net::TcpListener;
use url::Url;

/// Where nobody listens.
fn nowhere() -> anyhow::Result<Url> {
    Ok(format!("http://127.0.0.1:{}", testkit::port::free()?).parse()?)
}

#[tokio::test]
async fn a_world_that_was_not_finished_says_how_to_get_another() -> anyhow::Result<()> {
    let scratch = Scratch::new("kept")?;
    let secrets = Secrets::of(scratch.path())?;
    let nowhere = nowhere()?;
    let addresses = Addresses {
        iam: nowhere.clone(),
        customer: nowhere.clone(),
        dealer: nowhere.clone(),
        monitoring: nowhere.clone(),
        security_system: nowhere.clone(),
    };
    let asked = AtomicUsize::new(0);
    let bootstrap = async || {
        asked.fetch_add(1, Ordering::Relaxed);
        anyhow::Ok(format!("{nowhere}one-time-links/first"))
    };
    for _ in 0..2 {
        let made = kept::find_or_make(scratch.path(), addresses.clone(), &secrets, &bootstrap);
        let error = format!("{:#}", made.await.unwrap_err());
        assert!(error.contains("`docker compose down --volumes`"), "{error}");
    }
    // Who is asked a second time refuses, in words that lead nowhere.
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    Ok(())
}

/// Whose time comes at the third attempt.
#[tokio::test]
async fn who_has_no_time_is_asked_the_same_again() -> anyhow::Result<()> {
    let keys: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = Arc::clone(&keys);
    let router = Router::new().fallback(move |headers: HeaderMap| {
        let mut heard = heard.lock().unwrap();
        heard.push(headers["idempotency-key"].to_str().unwrap().to_owned());
        let in_flight = json!({ "type": "/problems/idempotency-key-in-flight" });
        let answer = match heard.len() {
            1 => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({}))),
            2 => (StatusCode::CONFLICT, Json(in_flight)),
            _ => (StatusCode::CREATED, Json(json!({ "id": "made" }))),
        };
        std::future::ready(answer)
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url: Url = format!("http://{}", listener.local_addr()?).parse()?;
    tokio::spawn(async move { drop(axum::serve(listener, router).await) });

    let api = Api::new(http_client()?, String::new()).patient();
    let created = api.create(url, &json!({})).await?;
    assert_eq!(created.text("id")?, "made");
    let keys = keys.lock().unwrap();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    Ok(())
}
