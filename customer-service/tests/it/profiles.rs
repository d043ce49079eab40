use axum::http::{Method, StatusCode};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use serde_json::json;
use testkit::session::Session;

use crate::world::World;

fn employee(world: &World, email: &str) -> Session {
    let token = world
        .mint
        .user(&world.iam.user(email))
        .claim("name", "Grace");
    world.with_token(token.claim("roles", ["CUSTOMER_EMPLOYEE"]).token())
}

#[tokio::test]
async fn a_profile_is_the_callers_own() {
    let world = World::start().await;
    let (grace, ada) = (
        employee(&world, "grace@example.org"),
        employee(&world, "ada@example.org"),
    );
    let untouched = grace.get("/profiles").await;
    assert_eq!(untouched.header("etag"), "\"0\"");
    let untouched = untouched.is(StatusCode::OK);
    let user = world.iam.user("grace@example.org");
    assert_eq!(
        untouched,
        json!({ "userId": user, "name": "Grace", "phone": null, "version": 0 })
    );

    let body = json!({ "name": "Grace Hopper", "phone": "+1 212 555 0100" });
    let stored = grace.put("/profiles", body.clone()).await;
    assert!(
        stored
            .header("consistency-token")
            .starts_with("customer-service=")
    );
    assert_eq!(stored.is(StatusCode::OK)["phone"], "+1 212 555 0100");
    assert_eq!(
        grace.get("/profiles").await.is(StatusCode::OK)["name"],
        "Grace Hopper"
    );
    assert_eq!(
        ada.get("/profiles").await.is(StatusCode::OK)["phone"],
        json!(null)
    );

    let over = async |version: &str| {
        let headers = [("if-match", version)];
        grace
            .send(Method::PUT, "/profiles", Some(body.clone()), &headers)
            .await
            .status
            .as_u16()
    };
    assert_eq!(over("\"0\"").await, 412);
    assert_eq!(over("\"1\"").await, 200);
    assert_eq!(over("\"1\"").await, 412);
    let first = [("if-match", "\"3\"")];
    let none = ada
        .send(Method::PUT, "/profiles", Some(body.clone()), &first)
        .await;
    none.fails(412, "precondition-failed");
    let none = [("if-match", "\"0\"")];
    let first = ada
        .send(Method::PUT, "/profiles", Some(body.clone()), &none)
        .await;
    assert_eq!(first.is(StatusCode::OK)["version"], 1);
    let cleared = grace
        .put("/profiles", json!({ "name": "Grace", "phone": null }))
        .await;
    assert_eq!(cleared.is(StatusCode::OK)["phone"], json!(null));
}

#[tokio::test]
async fn profiles_are_for_employees_of_customers() {
    let world = World::start().await;
    let grace = world.as_user(world.iam.user("grace@example.org"));
    grace
        .get("/profiles")
        .await
        .fails(403, "not-a-customer-employee");
    let body = json!({ "name": "Grace" });
    grace
        .put("/profiles", body.clone())
        .await
        .fails(403, "not-a-customer-employee");
    world
        .platform()
        .get("/profiles")
        .await
        .fails(403, "not-a-customer-employee");
    let grace = employee(&world, "grace@example.org");
    grace
        .put("/profiles", json!({ "name": "" }))
        .await
        .names("name");
    grace
        .put("/profiles", json!({ "name": "G", "phone": "call me" }))
        .await
        .names("phone");
    grace.put("/profiles", body).await.is(StatusCode::OK);
}

#[tokio::test]
async fn who_changes_their_profile_again_and_again_keeps_nobody_else_waiting() {
    let world = World::start().await;
    let mut held = world.pool().begin().await.unwrap();
    let lock = sqlx::query("lock table profile");
    lock.execute(&mut *held).await.unwrap();

    let grace = employee(&world, "grace@example.org");
    let put = || grace.put("/profiles", json!({ "name": "Grace", "phone": null }));
    let mut changed: FuturesUnordered<_> = (0..40).map(|_| put()).collect();
    for _ in 0..8 {
        let refused = changed.next().await.unwrap();
        refused.fails(429, "too-many-requests");
    }
    let other = world.platform();
    tokio::select! {
        early = changed.next() => panic!("not yet: {early:?}"),
        answer = other.get("/customers") => drop(answer.is(StatusCode::OK)),
    }
    held.rollback().await.unwrap();
    while let Some(done) = changed.next().await {
        done.is(StatusCode::OK);
    }
}
