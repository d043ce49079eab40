//! Whatever is in the cookie: signed in or cleanly signed out, never a failure of ours.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use reqwest::{Method, Response, header};

use crate::{
    browser::{Browser, LOGIN, SESSION},
    world::{KEYS, World},
};

async fn user(browser: &Browser) -> Response {
    browser.get("/bff/user").await
}

async fn assert_signed_out(browser: &Browser, what: &str) {
    let response = user(browser).await;
    assert_eq!(response.status(), 401, "{what}");
    assert_eq!(
        response.headers()[header::CACHE_CONTROL],
        "no-store",
        "{what}"
    );
    let problem: serde_json::Value = response.json().await.unwrap();
    assert_eq!(
        problem["type"], "https://realguardio.example/problems/signed-out",
        "{what}"
    );
    assert_eq!(
        browser.cookie(SESSION),
        None,
        "{what}: the cookie is removed"
    );
}

#[tokio::test]
async fn without_a_cookie_nobody_is_signed_in() {
    let world = World::start().await;
    assert_signed_out(&Browser::new(&world, 0), "no cookie").await;
}

#[tokio::test]
async fn a_spoiled_cookie_signs_out_cleanly() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let good = browser.cookie(SESSION).unwrap();
    browser.go_to_provider("/").await;
    let login = browser.cookie(LOGIN).unwrap();
    let (key, sealed) = good.split_once('.').unwrap();
    let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed).unwrap();
    let mut flipped = |at: usize| {
        bytes[at] ^= 1;
        let text = BASE64_URL_SAFE_NO_PAD.encode(&bytes);
        bytes[at] ^= 1;
        format!("{key}.{text}")
    };
    let (nonce, content, tag) = (flipped(0), flipped(30), flipped(sealed.len() * 3 / 4 - 1));
    let spoiled = [
        ("nonce", nonce),
        ("content", content),
        ("tag", tag),
        ("truncated", good[..good.len() / 2].to_owned()),
        ("cut to the nonce", good[..12].to_owned()),
        ("empty", String::new()),
        ("no key id", sealed.to_owned()),
        ("another key of the ring", format!("old.{sealed}")),
        ("an unknown key", format!("gone.{sealed}")),
        ("not base64", format!("{key}.%00%ff")),
        ("oversized", format!("{key}.{}", "A".repeat(5000))),
        ("the login cookie's value", login),
    ];
    for (what, value) in spoiled {
        browser.set_cookie(SESSION, &value);
        assert_signed_out(&browser, what).await;
    }
    browser.set_cookie(SESSION, &good);
    assert_eq!(
        user(&browser).await.status(),
        200,
        "the session itself took no harm"
    );
}

#[tokio::test]
async fn a_cookie_of_another_installation_is_none() {
    let world = World::start().await;
    let mut other = World::empty().await;
    other
        .add_replica(&[
            "--session-keys",
            "new:AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM",
        ])
        .await;
    let stranger = other.signed_in().await;
    assert_signed_out(&stranger.at(&world, 0), "a foreign key under a known id").await;
}

#[tokio::test]
async fn a_session_ends_when_its_time_is_over() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    world.clock.advance(SignedDuration::from_hours(13));
    assert_signed_out(&browser, "expired").await;
}

#[tokio::test]
async fn a_cookie_that_was_copied_before_signing_out_is_worth_nothing() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let copy = browser.at(&world, 0);
    assert_eq!(
        browser.call(Method::POST, "/bff/logout").await.status(),
        200
    );
    assert_eq!(browser.cookie(SESSION), None);
    assert_signed_out(&copy, "replayed").await;
}

#[tokio::test]
async fn a_ticket_from_before_a_refresh_is_good_and_becomes_a_new_one() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let before = browser.cookie(SESSION).unwrap();
    world.let_tokens_expire();
    assert_eq!(user(&browser).await.status(), 200);
    let after = browser.cookie(SESSION).unwrap();
    assert_ne!(before, after);
    let old = browser.at(&world, 0);
    old.set_cookie(SESSION, &before);
    assert_eq!(
        old.call(Method::GET, "/api/profiles").await.status(),
        200,
        "forwarded with the newer token"
    );
    assert_ne!(old.cookie(SESSION).unwrap(), before);
    assert_eq!(world.provider.desk().refreshes, 1);
}

#[tokio::test]
async fn a_token_too_large_for_a_cookie_stays_in_the_record() {
    let world = World::start().await;
    world.provider.desk().padding = 6000;
    let browser = world.signed_in().await;
    assert!(browser.cookie(SESSION).unwrap().len() < 300);
    for _ in 0..2 {
        assert_eq!(
            browser.call(Method::GET, "/api/profiles").await.status(),
            200
        );
    }
    assert!(world.backend.asked().headers[header::AUTHORIZATION].len() > 6000);
    world.let_tokens_expire();
    assert_eq!(
        browser.call(Method::GET, "/api/profiles").await.status(),
        200
    );
}

#[tokio::test]
async fn a_new_key_signs_nobody_out() {
    let mut world = World::empty().await;
    world.add_replica(&["--session-keys", KEYS[1]]).await;
    world
        .add_replica(&["--session-keys", &KEYS.join(",")])
        .await;
    world.add_replica(&["--session-keys", KEYS[0]]).await;
    let browser = world.signed_in().await;
    world.let_tokens_expire();
    let renewed = browser.at(&world, 1);
    assert_eq!(user(&renewed).await.status(), 200);
    assert!(renewed.cookie(SESSION).unwrap().starts_with("new."));
    let settled = renewed.at(&world, 2);
    assert_eq!(
        user(&settled).await.status(),
        200,
        "cookie and record are under the new key"
    );
    assert_signed_out(&browser.at(&world, 2), "the old key is gone").await;
}
