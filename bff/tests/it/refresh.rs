//! Access tokens end every few minutes, and nobody notices.

use std::sync::Arc;

use futures::future::join_all;
use reqwest::{Method, StatusCode, header};
use serde_json::json;

use crate::{browser::Browser, world::World};

async fn statuses(world: &World, browser: &Browser, count: usize) -> Vec<StatusCode> {
    let browsers: Vec<_> = (0..count)
        .map(|n| browser.at(world, n % world.replicas.len()))
        .collect();
    let calls = browsers
        .iter()
        .map(|browser| browser.call(Method::GET, "/api/profiles"));
    join_all(calls)
        .await
        .into_iter()
        .map(|response| response.status())
        .collect()
}

#[tokio::test]
async fn twenty_requests_at_two_replicas_refresh_once() {
    let world = World::with_replicas(2).await;
    let browser = world.signed_in().await;
    world.let_tokens_expire();
    assert_eq!(statuses(&world, &browser, 20).await, [StatusCode::OK; 20]);
    assert_eq!(world.provider.desk().refreshes, 1);
    world.let_tokens_expire();
    assert_eq!(statuses(&world, &browser, 20).await, [StatusCode::OK; 20]);
    assert_eq!(world.provider.desk().refreshes, 2);
}

#[tokio::test]
async fn a_lost_answer_signs_nobody_out() {
    let world = World::with_replicas(2).await;
    let browser = world.signed_in().await;
    for lost in [1, 1] {
        world.let_tokens_expire();
        world.provider.desk().lost = lost;
        assert_eq!(statuses(&world, &browser, 20).await, [StatusCode::OK; 20]);
    }
    assert_eq!(
        world.provider.desk().refreshes,
        4,
        "each was asked for once more"
    );
}

#[tokio::test]
async fn what_one_attempt_lost_the_next_one_gets() {
    let world = World::with_replicas(2).await;
    let browser = world.signed_in().await;
    world.let_tokens_expire();
    world.provider.desk().lost = 2;
    assert_eq!(
        browser.call(Method::GET, "/api/profiles").await.status(),
        503
    );
    assert_eq!(statuses(&world, &browser, 20).await, [StatusCode::OK; 20]);
}

#[tokio::test]
async fn a_replayed_predecessor_ends_the_session() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    for _ in 0..2 {
        world.let_tokens_expire();
        assert_eq!(browser.get("/bff/user").await.status(), 200);
    }
    assert_eq!(
        world.provider.present(0),
        None,
        "a thief presents a token of which the successor was used"
    );
    assert_eq!(
        browser.get("/bff/user").await.status(),
        200,
        "the access token is good to its end"
    );
    world.let_tokens_expire();
    assert_eq!(browser.get("/bff/user").await.status(), 401);
    assert_eq!(browser.get("/bff/user").await.status(), 401);
    assert_eq!(world.provider.desk().refreshes, 3, "nobody asks again");
}

#[tokio::test]
async fn an_unreachable_provider_costs_nobody_the_session() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    world.back_channel.cut();
    assert_eq!(
        browser.call(Method::GET, "/api/profiles").await.status(),
        200,
        "the token is still good"
    );
    world.let_tokens_expire();
    let answer = browser.call(Method::GET, "/api/profiles").await;
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key(header::RETRY_AFTER));
    world.back_channel.restore();
    assert_eq!(
        browser.call(Method::GET, "/api/profiles").await.status(),
        200
    );
}

#[tokio::test]
async fn only_a_word_on_the_grant_itself_ends_a_session() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    world.let_tokens_expire();
    for (status, error) in [
        (500, json!({ "error": "server_error" })),
        (429, json!("slow down")),
        (401, json!({ "error": "invalid_client" })),
        (400, json!({ "error": "temporarily_unavailable" })),
    ] {
        world.provider.desk().failing = Some((status, error.clone()));
        assert_eq!(browser.get("/bff/user").await.status(), 503, "{error}");
    }
    world.provider.desk().failing = None;
    assert_eq!(browser.get("/bff/user").await.status(), 200);
}

#[tokio::test]
async fn a_refresh_does_not_bring_back_who_signed_out_meanwhile() {
    let world = Arc::new(World::with_replicas(2).await);
    let browser = Arc::new(world.signed_in().await);
    world.let_tokens_expire();
    world.provider.desk().gated = true;
    let waiting = tokio::spawn({
        let (world, browser) = (world.clone(), browser.clone());
        async move { browser.at(&world, 0).get("/bff/user").await.status() }
    });
    while world.provider.desk().refreshes == 0 {
        tokio::task::yield_now().await;
    }
    let elsewhere = browser.at(&world, 1);
    assert_eq!(
        elsewhere.call(Method::POST, "/bff/logout").await.status(),
        200
    );
    world.provider.open_gate();
    assert_eq!(waiting.await.unwrap(), 401);
    assert_eq!(browser.get("/bff/user").await.status(), 401);
}

#[tokio::test]
async fn a_refresh_goes_on_when_the_browser_has_gone() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    world.let_tokens_expire();
    world.provider.desk().gated = true;
    let mut request = Box::pin(browser.get("/bff/user"));
    while world.provider.desk().refreshes == 0 {
        assert!(futures::poll!(&mut request).is_pending());
        tokio::task::yield_now().await;
    }
    drop(request);
    world.provider.open_gate();
    assert_eq!(browser.get("/bff/user").await.status(), 200);
    assert_eq!(world.provider.desk().refreshes, 1);
}

#[tokio::test]
async fn a_replica_that_died_while_refreshing_is_waited_for_but_not_for_ever() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    world.let_tokens_expire();
    let until = world.clock.now() + jiff::SignedDuration::from_secs(20);
    let lease = "update session set leased_until = $1::text::timestamptz";
    let pool = world.database.pool();
    sqlx::query(lease)
        .bind(until.to_string())
        .execute(pool)
        .await
        .unwrap();
    let mut request = Box::pin(browser.get("/bff/user"));
    let waited = tokio::time::timeout(std::time::Duration::from_millis(600), &mut request).await;
    assert!(waited.is_err(), "the lease is held");
    assert_eq!(world.provider.desk().refreshes, 0);
    world.clock.advance(jiff::SignedDuration::from_secs(21));
    assert_eq!(request.await.status(), 200);
}

#[tokio::test]
async fn a_provider_without_refresh_tokens_has_short_sessions() {
    let world = World::start().await;
    world.provider.desk().single = true;
    let browser = world.signed_in().await;
    assert_eq!(browser.get("/bff/user").await.status(), 200);
    world.let_tokens_expire();
    assert_eq!(browser.get("/bff/user").await.status(), 401);
    assert_eq!(world.provider.desk().refreshes, 0);
}

#[tokio::test]
async fn a_provider_that_says_nothing_holds_nobody_up_for_long() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    world.let_tokens_expire();
    world.back_channel.black_hole();
    assert_eq!(browser.get("/bff/user").await.status(), 503);
    world.back_channel.restore();
    while browser.get("/bff/user").await.status() != 200 {
        tokio::task::yield_now().await;
    }
}
