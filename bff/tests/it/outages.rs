//! When a service or the database is not there.

use std::time::Duration;

use futures::future::join_all;
use reqwest::{Method, header};
use tokio::time::timeout;

use crate::{backend::ADA, browser::Browser, world::World};

#[tokio::test]
async fn a_service_that_is_not_there_is_unavailable_and_then_there_again() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    world.upstream.cut();
    let answer = browser.call(Method::GET, "/api/profiles").await;
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key(header::RETRY_AFTER));
    assert_eq!(browser.get("/bff/user").await.status(), 200);
    world.upstream.restore();
    assert_eq!(
        browser.call(Method::GET, "/api/profiles").await.status(),
        200
    );
}

#[tokio::test]
async fn whoever_is_hung_up_on_asks_once_more_what_may_be_asked_twice() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let hire = format!("/api/customers/{ADA}/employees");
    for (method, path, key, status, times) in [
        (Method::GET, "/api/profiles", None, 200, 2),
        (Method::POST, &hire, Some("once"), 200, 2),
        (Method::POST, &hire, None, 503, 1),
        (Method::PUT, "/api/profiles", None, 503, 1),
    ] {
        world.backend.desk().asked.clear();
        world.backend.desk().hangs_up = 1;
        let call = browser.own_call(method.clone(), path).body("{}");
        let call = key
            .into_iter()
            .fold(call, |call, key| call.header("idempotency-key", key));
        assert_eq!(browser.send(call).await.status(), status, "{method} {path}");
        let asked = world.backend.desk().asked.clone();
        assert_eq!(asked.len(), times, "{method} {path}");
        assert!(asked.iter().all(|asked| asked.body == "{}"));
    }
}

#[tokio::test]
async fn without_its_database_everything_is_unavailable_and_nobody_signed_out() {
    let mut world = World::start().await;
    let browser = world.signed_in().await;
    let mut database = world.database.url().clone();
    let address = (
        database.host_str().unwrap().to_owned(),
        database.port().unwrap_or(5432),
    );
    let address = tokio::net::lookup_host(address)
        .await
        .unwrap()
        .next()
        .unwrap();
    let way = testkit::proxy::ChaosProxy::start(address).await.unwrap();
    database.set_host(Some("127.0.0.1")).unwrap();
    database.set_port(Some(way.address().port())).unwrap();
    world
        .add_replica(&["--database-url", database.as_str()])
        .await;
    let browser = browser.at(&world, 1);
    way.cut();
    for path in ["/bff/user", "/bff/session", "/bff/events"] {
        assert_eq!(browser.get(path).await.status(), 503, "{path}");
    }
    assert_eq!(
        browser.call(Method::GET, "/api/profiles").await.status(),
        503
    );
    assert_eq!(
        browser.call(Method::POST, "/bff/logout").await.status(),
        503
    );
    way.restore();
    assert_eq!(
        browser.call(Method::GET, "/api/profiles").await.status(),
        200
    );
}

#[tokio::test]
async fn a_provider_that_falls_silent_keeps_nobody_waiting_who_knows_what_it_said() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    world.clock.advance(jiff::SignedDuration::from_hours(2));
    world.back_channel.black_hole();
    let visitors: Vec<_> = (0..20).map(|_| Browser::new(&world, 0)).collect();
    let enter = visitors.iter().map(|visitor| visitor.get("/bff/login"));
    // Less than one unanswered question takes.
    let entered = timeout(Duration::from_secs(3), join_all(enter)).await;
    for answer in entered.expect("a moment for all of them") {
        assert_eq!(answer.status(), 303);
    }
    // Who has to hear from the provider waits, and waits alone.
    let address = format!("http://{}/bff/backchannel-logout", world.replicas[0]);
    let unknown = world.provider.logout_token().header("kid", "unknown");
    let told = [("logout_token", unknown.token())];
    let told = world.client.post(address).form(&told).send();
    tokio::select! {
        answer = browser.get("/bff/login") => assert_eq!(answer.status(), 303),
        early = told => panic!("{early:?}"),
    }
}

#[tokio::test]
async fn who_cannot_do_without_the_provider_shares_one_question() {
    let world = World::start().await;
    world.back_channel.delay(Duration::from_millis(100));
    let visitors: Vec<_> = (0..8).map(|_| Browser::new(&world, 0)).collect();
    let entered = join_all(visitors.iter().map(|visitor| visitor.get("/bff/login"))).await;
    assert!(entered.iter().all(|answer| answer.status() == 303));
    assert_eq!(world.provider.desk().discovered, 1);
}
