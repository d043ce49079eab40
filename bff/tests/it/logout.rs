//! Signing out, here and everywhere at once.

use std::time::Duration;

use jiff::SignedDuration;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use testkit::mint::Token;
use tokio::{task::yield_now, time::timeout};
use url::Url;

use crate::{
    browser::{Browser, SESSION},
    world::World,
};

#[tokio::test]
async fn signing_out_ends_the_session_in_all_replicas() {
    let world = World::with_replicas(2).await;
    let browser = world.signed_in().await;
    let elsewhere = browser.at(&world, 1);
    assert_eq!(elsewhere.get("/bff/user").await.status(), 200);
    let answer = browser.call(Method::POST, "/bff/logout").await;
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.unwrap();
    let there: Url = body["endSessionUrl"].as_str().unwrap().parse().unwrap();
    assert!(
        there
            .as_str()
            .starts_with("http://id.example/realm/end-session?"),
        "{there}"
    );
    let asked: Vec<_> = there.query_pairs().into_owned().collect();
    let has = |name: &str, value: &str| asked.contains(&(name.to_owned(), value.to_owned()));
    assert!(
        has("client_id", "bff") && has("post_logout_redirect_uri", "http://localhost:3000/"),
        "{asked:?}"
    );
    assert!(
        !asked.iter().any(|(name, _)| name == "id_token_hint"),
        "no token reaches the browser"
    );
    assert_eq!(elsewhere.get("/bff/user").await.status(), 401);
    assert_eq!(elsewhere.cookie(SESSION), None);
}

#[tokio::test]
async fn signing_out_twice_or_without_a_session_is_signing_out() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    for _ in 0..2 {
        assert_eq!(
            browser.call(Method::POST, "/bff/logout").await.status(),
            200
        );
    }
    assert_eq!(
        Browser::new(&world, 0)
            .call(Method::POST, "/bff/logout")
            .await
            .status(),
        200
    );
}

#[tokio::test]
async fn without_the_provider_one_signs_out_all_the_same() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let copy = browser.at(&world, 0);
    world.back_channel.cut();
    assert_eq!(
        browser.call(Method::POST, "/bff/logout").await.status(),
        200
    );
    assert_eq!(copy.get("/bff/user").await.status(), 401);
}

async fn tell(world: &World, token: &str) -> StatusCode {
    let form = [("logout_token", token)];
    let address = format!("http://{}/bff/backchannel-logout", world.replicas[0]);
    let answer = world.client.post(address).form(&form).send().await.unwrap();
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    answer.status()
}

#[tokio::test]
async fn the_provider_ends_a_session_everywhere_at_once() {
    let world = World::with_replicas(2).await;
    let (first, second) = (
        world.signed_in().await,
        world.signed_in().await.at(&world, 1),
    );
    let of_session = world
        .provider
        .logout_token()
        .claim("sid", "session-of-ada")
        .token();
    assert_eq!(tell(&world, &of_session).await, 200);
    assert_eq!(first.get("/bff/user").await.status(), 401);
    assert_eq!(second.get("/bff/user").await.status(), 401);
    assert_eq!(
        tell(&world, &of_session).await,
        200,
        "saying it twice is saying it"
    );
}

#[tokio::test]
async fn the_provider_ends_all_sessions_of_a_person() {
    let world = World::start().await;
    let before = world.signed_in().await;
    let of_person = world.provider.logout_token().claim("sub", "ada").token();
    world.clock.advance(SignedDuration::from_secs(2));
    let after = world.signed_in().await;
    assert_eq!(tell(&world, &of_person).await, 200);
    assert_eq!(before.get("/bff/user").await.status(), 401);
    assert_eq!(
        after.get("/bff/user").await.status(),
        200,
        "who signed in later is not meant"
    );
}

#[tokio::test]
async fn a_login_under_way_does_not_outlive_the_providers_logout() {
    let world = World::start().await;
    let browser = Browser::new(&world, 0);
    let callback = browser.go_to_provider("/").await;
    let of_session = world
        .provider
        .logout_token()
        .claim("sid", "session-of-ada")
        .token();
    assert_eq!(tell(&world, &of_session).await, 200);
    assert_eq!(browser.get(&callback).await.status(), 400);
    assert_eq!(browser.cookie(SESSION), None);
}

#[tokio::test]
async fn nor_does_it_outlive_the_logout_of_its_person() {
    let world = World::start().await;
    let (quick, slow) = (Browser::new(&world, 0), Browser::new(&world, 0));
    let done_before = quick.go_to_provider("/").await;
    let done_after = slow.go_to_provider("/").await;
    world.clock.advance(SignedDuration::from_secs(10));
    let of_person = world.provider.logout_token().claim("sub", "ada").token();
    world.clock.advance(SignedDuration::from_secs(10));

    assert_eq!(quick.get(&done_before).await.status(), 303);
    assert_eq!(tell(&world, &of_person).await, 200, "the word is late");
    assert_eq!(quick.get("/bff/user").await.status(), 401);
    assert_eq!(slow.get(&done_after).await.status(), 400);
    assert_eq!(slow.cookie(SESSION), None);
    assert_eq!(slow.sign_in("/").await.status(), 303, "begun later");
    assert_eq!(slow.get("/bff/user").await.status(), 200);
}

#[tokio::test]
async fn a_session_that_has_expired_is_forgotten() {
    let mut world = World::start().await;
    world.signed_in().await;
    world.clock.advance(SignedDuration::from_hours(13));
    // Whoever starts sweeps.
    world.add_replica(&[]).await;
    let left = || {
        sqlx::query_scalar::<_, i64>("select count(*) from session")
            .fetch_one(world.database.pool())
    };
    let forgotten = async {
        while left().await.unwrap() > 0 {
            yield_now().await;
        }
    };
    let forgotten = timeout(Duration::from_secs(30), forgotten).await;
    assert!(forgotten.is_ok(), "it signs in nobody");
}

#[tokio::test]
async fn what_is_no_logout_token_ends_nothing() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let now = world.clock.now().as_second();
    let good = || world.provider.logout_token().claim("sid", "session-of-ada");
    let forgeries: Vec<(&str, Token<'_>)> = vec![
        ("unsigned", good().header("alg", "none").unsigned()),
        ("a shared secret", good().header("alg", "HS256")),
        ("an access token", good().header("typ", "at+jwt")),
        ("an unknown key", good().header("kid", "unknown")),
        ("another issuer", good().claim("iss", "http://evil.example")),
        ("another audience", good().claim("aud", "another-client")),
        ("no audience", good().claim("aud", Value::Null)),
        ("old", good().claim("iat", now - 3600)),
        ("expired", good().claim("exp", now - 120)),
        ("of the future", good().claim("iat", now + 3600)),
        ("an ID token", good().claim("nonce", "n")),
        ("no event", good().claim("events", json!({}))),
        (
            "another event",
            good().claim("events", json!({ "http://x": {} })),
        ),
        ("no id", good().claim("jti", Value::Null)),
        ("about nobody", good().claim("sid", Value::Null)),
    ];
    for (what, token) in forgeries {
        assert_eq!(tell(&world, &token.token()).await, 400, "{what}");
    }
    let genuine = good().token();
    for (what, text) in [
        ("nothing", String::new()),
        ("no token", "a.b.c".to_owned()),
        ("truncated", genuine[..genuine.len() - 5].to_owned()),
        ("too large", "x".repeat(20_000)),
    ] {
        assert_eq!(tell(&world, &text).await, 400, "{what}");
    }
    let bare = world.client.post(format!(
        "http://{}/bff/backchannel-logout",
        world.replicas[0]
    ));
    assert_eq!(bare.send().await.unwrap().status(), 400);
    assert_eq!(browser.get("/bff/user").await.status(), 200);
}
