//! The dealer's administrators appoint its monitoring provider, and nobody else does.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::logged::logged;

use crate::world::{Dealer, World};

const PROVIDER: &str = "0198c5a0-0000-7000-8000-0000000000b1";
const OTHER: &str = "0198c5a0-0000-7000-8000-0000000000b2";

fn path(dealer: &Dealer) -> String {
    format!("{}/monitoring-provider", dealer.path)
}

fn of(provider: &str) -> Value {
    json!({ "monitoringProviderId": provider })
}

#[tokio::test]
async fn a_provider_is_appointed_replaced_and_dismissed() {
    let world = World::start().await;
    let dealer = world.dealer("Keystone").await;
    let admin = world.as_user(dealer.admin);
    let appointed = admin.put(&path(&dealer), of(PROVIDER)).await;
    assert_eq!(appointed.header("etag"), "\"2\"");
    assert_eq!(
        appointed.header("consistency-token"),
        "dealer-service=\"1:3\""
    );
    let appointed = appointed.is(StatusCode::OK);
    let expected = json!({ "id": dealer.id, "name": "Keystone",
        "monitoringProviderId": PROVIDER, "version": 2 });
    assert_eq!(appointed, expected);
    assert_eq!(admin.get(&dealer.path).await.is(StatusCode::OK), expected);

    let again = admin.put(&path(&dealer), of(PROVIDER)).await;
    assert_eq!(again.is(StatusCode::OK), expected, "nothing was changed");
    let replaced = admin
        .put(&path(&dealer), of(OTHER))
        .await
        .is(StatusCode::OK);
    assert_eq!(
        (&replaced["monitoringProviderId"], &replaced["version"]),
        (&json!(OTHER), &json!(3))
    );
    for version in [4, 4] {
        let dismissed = admin.delete(&path(&dealer)).await.is(StatusCode::OK);
        assert_eq!(
            (&dismissed["monitoringProviderId"], &dismissed["version"]),
            (&json!(null), &json!(version))
        );
    }
}

/// The guards do not reach appointments that favour who makes them, so it can be found out who did.
#[tokio::test]
async fn who_appoints_is_logged() {
    let world = World::start().await;
    let dealer = world.dealer("Keystone").await;
    let admin = world.as_user(dealer.admin);
    let path = path(&dealer);
    let (appointed, lines) = logged(admin.put(&path, of(PROVIDER))).await;
    appointed.is(StatusCode::OK);
    let line = lines.lines().find(|line| line.contains("appointed"));
    let line = line.unwrap();
    for id in [&dealer.admin.to_string(), &dealer.id, PROVIDER] {
        assert!(line.contains(id), "{id} in {line}");
    }
    let (_, again) = logged(admin.put(&path, of(PROVIDER))).await;
    assert!(!again.contains("appointed"), "nothing was: {again}");
}

#[tokio::test]
async fn a_name_and_an_appointment_keep_each_other() {
    let world = World::start().await;
    let dealer = world.dealer("Keystone").await;
    let admin = world.as_user(dealer.admin);
    admin
        .put(&path(&dealer), of(PROVIDER))
        .await
        .is(StatusCode::OK);
    let renamed = world
        .platform()
        .put(&dealer.path, json!({ "name": "Keystone Security" }))
        .await
        .is(StatusCode::OK);
    assert_eq!(renamed["monitoringProviderId"], PROVIDER);
    let dismissed = admin.delete(&path(&dealer)).await.is(StatusCode::OK);
    assert_eq!(dismissed["name"], "Keystone Security");
}

#[tokio::test]
async fn only_the_dealers_administrators_appoint() {
    let world = World::start().await;
    let dealer = world.dealer("Keystone").await;
    let other = world.dealer("Lantern").await;
    let technician = world
        .hire(&dealer, "tech@example.org", &["SECURITY_SYSTEM_DISARMER"])
        .await;
    let member = world.as_user(technician.user);
    for (session, status, slug) in [
        (member, 403, "not-an-administrator"),
        (world.as_user(other.admin), 404, "not-found"),
        (world.platform(), 403, "not-an-administrator"),
    ] {
        session
            .put(&path(&dealer), of(PROVIDER))
            .await
            .fails(status, slug);
        session.delete(&path(&dealer)).await.fails(status, slug);
    }
    let nobodys = format!("/dealers/{OTHER}/monitoring-provider");
    let platform = world.platform();
    platform
        .put(&nobodys, of(PROVIDER))
        .await
        .fails(404, "not-found");
    platform.delete(&nobodys).await.fails(404, "not-found");
    let admin = world.as_user(dealer.admin);
    let untouched = admin.get(&dealer.path).await.is(StatusCode::OK);
    assert_eq!(
        (&untouched["monitoringProviderId"], &untouched["version"]),
        (&json!(null), &json!(1))
    );
}

#[tokio::test]
async fn an_appointment_is_made_over_what_was_seen() {
    let world = World::start().await;
    let dealer = world.dealer("Keystone").await;
    let admin = world.as_user(dealer.admin);
    let seen = [("if-match", "\"1\"")];
    let appoint = async |provider: &str| {
        let body = Some(of(provider));
        admin
            .send(Method::PUT, &path(&dealer), body, &seen)
            .await
            .status
            .as_u16()
    };
    let (one, other) = tokio::join!(appoint(PROVIDER), appoint(OTHER));
    assert_eq!((one.min(other), one.max(other)), (200, 412));
    let dismissed = admin
        .send(Method::DELETE, &path(&dealer), None, &seen)
        .await;
    dismissed.fails(412, "precondition-failed");
    admin
        .put(&path(&dealer), of("nobody"))
        .await
        .names("monitoringProviderId");
    admin
        .put(&path(&dealer), json!({}))
        .await
        .names("monitoringProviderId");
}
