//! Signing in, and everything that must not sign anybody in.

use reqwest::{Method, Response, header};
use serde_json::{Value, json};

use crate::{
    backend::ADA,
    browser::{Browser, LOGIN, SESSION, location},
    world::World,
};

#[tokio::test]
async fn a_person_signs_in_and_comes_back_to_the_page() {
    let world = World::start().await;
    let browser = Browser::new(&world, 0);
    let done = browser.sign_in("/systems/42?tab=history#top").await;
    assert_eq!(done.status(), 303);
    assert_eq!(location(&done), "/systems/42?tab=history#top");
    assert_eq!(browser.cookie(LOGIN), None, "the round trip is over");

    let user: Value = browser.get("/bff/user").await.json().await.unwrap();
    assert_eq!(user["name"], "Ada Ruiz");
    assert_eq!(user["userId"], ADA);
    assert_eq!(user["demo"], false);
}

#[tokio::test]
async fn the_cookies_are_locked_down() {
    let world = World::start().await;
    let browser = Browser::new(&world, 0);
    let off = browser.get("/bff/login").await;
    let line = off.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(
        line.contains("SameSite=Lax") && line.contains("Max-Age=900"),
        "{line}"
    );
    let callback = browser.go_to_provider("/").await;
    let done = browser.get(&callback).await;
    let lines: Vec<_> = done
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|l| l.to_str().unwrap())
        .collect();
    let session = lines.iter().find(|line| line.starts_with(SESSION)).unwrap();
    assert!(
        session.contains("SameSite=Strict") && !session.contains("Max-Age"),
        "{session}"
    );
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let world = World::start().await;
    for return_to in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/..//evil.example",
        "/%2e%2e//evil.example",
        "/./..//evil.example/x",
        "javascript:alert(1)",
        "/bff/login",
        "/bff/logout",
        "/api/profiles",
        "",
        "systems",
        "/a\r\nSet-Cookie: x=y",
    ] {
        let done = Browser::new(&world, 0).sign_in(return_to).await;
        assert_eq!(location(&done), "/", "{return_to:?}");
    }
    let done = Browser::new(&world, 0)
        .sign_in(&format!("/{}", "x".repeat(9000)))
        .await;
    assert_eq!(location(&done), "/", "too long to carry");
}

#[tokio::test]
async fn two_tabs_can_sign_in_at_once() {
    let world = World::start().await;
    let browser = Browser::new(&world, 0);
    let (first, second) = (
        browser.go_to_provider("/first").await,
        browser.go_to_provider("/second").await,
    );
    assert_eq!(location(&browser.get(&first).await), "/first");
    assert_eq!(location(&browser.get(&second).await), "/second");
}

async fn assert_not_signed_in(browser: &Browser, answer: Response, what: &str) {
    assert_eq!(answer.status(), 400, "{what}");
    assert!(
        answer.headers()[header::CONTENT_TYPE]
            .to_str()
            .unwrap()
            .starts_with("text/html"),
        "{what}"
    );
    assert!(
        answer.text().await.unwrap().contains("href=\"/bff/login\""),
        "{what}: there is a way on"
    );
    assert_eq!(browser.cookie(SESSION), None, "{what}");
}

#[tokio::test]
async fn a_callback_of_another_login_signs_nobody_in() {
    let world = World::start().await;
    let (ada, eve) = (Browser::new(&world, 0), Browser::new(&world, 0));
    let of_eve = eve.go_to_provider("/").await;
    let answer = ada.get(&of_eve).await;
    assert_not_signed_in(&ada, answer, "no login under way").await;
    ada.go_to_provider("/").await;
    let answer = ada.get(&of_eve).await;
    assert_not_signed_in(&ada, answer, "another login under way").await;
    for callback in [
        "/bff/callback",
        "/bff/callback?code=x",
        "/bff/callback?code=x&state=",
        "/bff/callback?state=x",
    ] {
        let answer = ada.get(callback).await;
        assert_not_signed_in(&ada, answer, callback).await;
    }
}

#[tokio::test]
async fn a_callback_works_once() {
    let world = World::start().await;
    let browser = Browser::new(&world, 0);
    let callback = browser.go_to_provider("/").await;
    let copy = browser.at(&world, 0);
    assert_eq!(browser.get(&callback).await.status(), 303);
    let answer = copy.get(&callback).await;
    assert_not_signed_in(&copy, answer, "the code was used").await;
}

#[tokio::test]
async fn who_goes_back_and_chooses_again_signs_in_anew() {
    let world = World::start().await;
    let browser = Browser::new(&world, 0);
    let callback = browser.go_to_provider("/").await;
    browser.get(&callback).await;
    let session = browser.cookie(SESSION);
    let answer = browser.get(&callback).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(location(&answer), "/bff/login");
    assert_eq!(
        browser.cookie(SESSION),
        session,
        "nothing is signed in by it"
    );

    let foreign = Browser::new(&world, 0).go_to_provider("/").await;
    let answer = browser.get(&foreign).await;
    assert_eq!(location(&answer), "/bff/login");
    assert_eq!(browser.cookie(SESSION), session, "nor by another browser's");

    // The cookie of a session that has ended is one of ours still: it proves that this browser keeps them.
    world
        .clock
        .advance(jiff::SignedDuration::from_hours(24 * 30));
    assert_eq!(location(&browser.get(&callback).await), "/bff/login");
}

#[tokio::test]
async fn a_callback_has_its_time() {
    let world = World::start().await;
    let browser = Browser::new(&world, 0);
    let callback = browser.go_to_provider("/").await;
    world.clock.advance(jiff::SignedDuration::from_mins(16));
    let answer = browser.get(&callback).await;
    assert_not_signed_in(&browser, answer, "too late").await;
}

#[tokio::test]
async fn another_issuers_callback_is_refused() {
    let world = World::start().await;
    for issuer in ["http://evil.example", "http://id.example/realm/", ""] {
        world.provider.desk().callback_issuer = Some(issuer.to_owned());
        let browser = Browser::new(&world, 0);
        let answer = browser.sign_in("/").await;
        assert_not_signed_in(&browser, answer, issuer).await;
    }
}

#[tokio::test]
async fn an_id_token_that_is_not_for_this_login_is_refused() {
    let world = World::start().await;
    let now = world.clock.now().as_second();
    for (claim, value) in [
        ("iss", json!("http://evil.example")),
        ("aud", json!("another-client")),
        ("nonce", json!("another")),
        ("nonce", Value::Null),
        ("exp", json!(now - 1)),
    ] {
        world.provider.desk().claims = vec![(claim, value.clone())];
        let browser = Browser::new(&world, 0);
        let answer = browser.sign_in("/").await;
        assert_not_signed_in(&browser, answer, &format!("{claim} {value}")).await;
    }
}

#[tokio::test]
async fn a_refusal_at_the_provider_is_told_without_repeating_it() {
    let world = World::start().await;
    let browser = Browser::new(&world, 0);
    let callback = browser.go_to_provider("/").await;
    let state = callback
        .split("state=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    let answer = browser
        .get(&format!("/bff/callback?error=%3Cscript%3E&state={state}"))
        .await;
    assert_not_signed_in(&browser, answer, "refused").await;
}

#[tokio::test]
async fn without_the_provider_signing_in_is_unavailable_and_then_works() {
    let world = World::start().await;
    world.back_channel.cut();
    let browser = Browser::new(&world, 0);
    let answer = browser.get("/bff/login").await;
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key(header::RETRY_AFTER));
    world.back_channel.restore();
    assert_eq!(browser.sign_in("/").await.status(), 303);
}

#[tokio::test]
async fn signing_in_again_ends_the_former_session() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let former = browser.at(&world, 0);
    browser.sign_in("/").await;
    assert_eq!(former.get("/bff/user").await.status(), 401);
    assert_eq!(
        browser.call(Method::GET, "/api/profiles").await.status(),
        200
    );
}

#[tokio::test]
async fn a_new_key_of_the_provider_is_found_and_a_made_up_one_asked_for_in_moderation() {
    let world = World::start().await;
    world.signed_in().await;
    world.provider.desk().rotated = true;
    let answer = Browser::new(&world, 0).sign_in("/").await;
    assert_eq!(answer.status(), 400, "keys were asked for a moment ago");
    world.clock.advance(jiff::SignedDuration::from_secs(11));
    world.signed_in().await;
}
