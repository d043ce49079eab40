//! Which tokens are believed, and which are not.

use axum::body::Body;
use chassis::http::serve;
use jiff::SignedDuration;
use serde_json::json;
use testkit::forged::{self, Forgery, Kind, PERSON};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::app::{self, AUDIENCE, minted, problem, request, send, with_token};

#[tokio::test]
async fn a_persons_token_says_who_it_is() -> anyhow::Result<()> {
    let (mint, clock, service) = minted().await?;
    let token = mint
        .user(PERSON)
        .claim("name", "Ada")
        .claim("roles", ["CUSTOMER_EMPLOYEE"].as_slice())
        .token();
    clock.advance(SignedDuration::from_secs(42));

    let answer = send(&service, with_token("GET", "/people", &token)?).await;

    assert_eq!(answer.status(), 200);
    let expected = json!({
        "id": PERSON, "name": "Ada", "roles": ["CUSTOMER_EMPLOYEE"],
        "session": format!("session-of-{PERSON}"), "age": 42,
    });
    assert_eq!(app::json(answer).await?, expected);
    Ok(())
}

#[tokio::test]
async fn a_machines_token_says_which_it_is() -> anyhow::Result<()> {
    let (mint, _, service) = minted().await?;
    let token = mint.machine("panel", AUDIENCE, "facts:read alarms").token();

    let answer = send(&service, with_token("POST", "/machines", &token)?).await;

    assert_eq!(answer.status(), 200);
    let expected = json!({ "client": "panel", "scopes": ["alarms", "facts:read"] });
    assert_eq!(app::json(answer).await?, expected);
    Ok(())
}

#[tokio::test]
async fn a_machine_without_the_scope_is_told_which() -> anyhow::Result<()> {
    let (mint, _, service) = minted().await?;
    let token = mint.machine("panel", AUDIENCE, "alarms facts:rea").token();

    let answer = send(&service, with_token("POST", "/machines", &token)?).await;

    assert_eq!(
        answer.headers()["www-authenticate"],
        "Bearer error=\"insufficient_scope\", scope=\"facts:read\""
    );
    assert_eq!(problem(answer).await?.slug(), "insufficient-scope");
    Ok(())
}

#[tokio::test]
async fn no_forgery_is_taken_for_a_persons_token() -> anyhow::Result<()> {
    no_forgery_passes(Kind::User, "GET", "/people").await
}

#[tokio::test]
async fn no_forgery_is_taken_for_a_machines_token() -> anyhow::Result<()> {
    no_forgery_passes(Kind::Machine("facts:read"), "POST", "/machines").await
}

async fn no_forgery_passes(kind: Kind, method: &str, path: &str) -> anyhow::Result<()> {
    let (mint, _, service) = minted().await?;
    let genuine = kind.genuine(&mint, AUDIENCE).token();
    let answer = send(&service, with_token(method, path, &genuine)?).await;
    assert_eq!(answer.status(), 200, "the genuine token");

    for forgery in forged::table(&mint, kind, AUDIENCE) {
        let answer = send(&service, with_token(method, path, &forgery.token)?).await;
        assert_eq!(answer.status(), forgery.status, "{}", forgery.name);
        let challenge = answer.headers()["www-authenticate"].clone();
        assert_eq!(
            challenge, "Bearer error=\"invalid_token\"",
            "{}",
            forgery.name
        );
        assert_eq!(
            problem(answer).await?.slug(),
            "invalid-token",
            "{}",
            forgery.name
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_token_is_good_from_its_issue_to_its_expiry_give_or_take_five_seconds()
-> anyhow::Result<()> {
    let (mint, clock, service) = minted().await?;
    let token = mint.user(PERSON).token();
    let issued = clock.now();
    for (second, status) in [(-6, 401), (-5, 200), (0, 200), (184, 200), (185, 401)] {
        clock.set(issued + SignedDuration::from_secs(second));
        let answer = send(&service, with_token("GET", "/people", &token)?).await;
        assert_eq!(answer.status(), status, "after {second} seconds");
    }
    Ok(())
}

#[tokio::test]
async fn who_sends_no_token_is_told_no_error() -> anyhow::Result<()> {
    let (mint, _, service) = minted().await?;
    let token = mint.user(PERSON).token();
    for authorization in [None, Some("Basic YTpi".to_owned()), Some(token)] {
        let mut request = request("GET", "/people");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let answer = send(&service, request.body(Body::empty())?).await;
        assert_eq!(answer.headers()["www-authenticate"], "Bearer");
        assert_eq!(problem(answer).await?.slug(), "invalid-token");
    }
    Ok(())
}

#[tokio::test]
async fn a_token_is_looked_for_in_one_place_only() -> anyhow::Result<()> {
    let (mint, _, service) = minted().await?;
    let token = mint.user(PERSON).token();
    let bearer = format!("Bearer {token}");
    let twice = request("GET", "/people")
        .header("authorization", &bearer)
        .header("authorization", &bearer);
    let query = request("GET", &format!("/people?access_token={token}"));
    let cookie = request("GET", "/people").header("cookie", format!("access_token={token}"));
    for request in [twice, query, cookie] {
        assert_eq!(
            send(&service, request.body(Body::empty())?).await.status(),
            401
        );
    }
    Ok(())
}

#[tokio::test]
async fn every_route_is_found_and_thrown_at() -> anyhow::Result<()> {
    let (mint, _, service) = minted().await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url: Url = format!("http://{}", listener.local_addr()?).parse()?;
    let document = request("GET", "/openapi.json").body(Body::empty())?;
    let document = app::json(send(&service, document).await).await?;
    tokio::spawn(serve(service, listener, CancellationToken::new()));
    for (kind, routes) in [
        (
            Kind::User,
            &["GET /people (forPeople)", "POST /things (forCreators)"][..],
        ),
        (
            Kind::Machine("facts:read"),
            &["POST /machines (forMachines)"],
        ),
    ] {
        let genuine = kind.genuine(&mint, AUDIENCE).token();
        let table = forged::table(&mint, kind, AUDIENCE);
        let thrown = forged::throw((&url, &document), kind, &genuine, &table).await?;
        assert_eq!(thrown.routes, routes);
        assert_eq!(thrown.misses, [""; 0]);

        let believed = forged::throw(
            (&url, &document),
            kind,
            "forged",
            &[Forgery {
                token: genuine,
                ..table[0].clone()
            }],
        )
        .await?;
        assert_eq!(
            believed.misses.len(),
            2 * routes.len(),
            "it would say so: {:?}",
            believed.misses
        );
    }
    Ok(())
}
