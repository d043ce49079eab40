//! The customer's administrators appoint a location's dealer, and nobody else does.

use axum::http::{Method, StatusCode};
use customer_events::LocationState;
use outbox::Relay;
use serde_json::{Value, json};
use testkit::logged::logged;
use testkit::nats::TestNats;

use crate::world::{Customer, World};

const KEYSTONE: &str = "0198c5a0-0000-7000-8000-0000000000d1";
const LANTERN: &str = "0198c5a0-0000-7000-8000-0000000000d2";

fn path(customer: &Customer, location: &str) -> String {
    format!("{}/locations/{location}/dealer", customer.path)
}

fn of(dealer: &str) -> Value {
    json!({ "dealerId": dealer })
}

#[tokio::test]
async fn a_dealer_is_appointed_replaced_and_dismissed() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let tower = world.location(&customer, "Harbor Tower").await;
    let path = path(&customer, &tower);
    let appointed = admin.put(&path, of(KEYSTONE)).await;
    assert_eq!(appointed.header("etag"), "\"2\"");
    assert_eq!(
        appointed.header("consistency-token"),
        "customer-service=\"1:4\""
    );
    let expected = json!({ "id": tower, "customerId": customer.id, "name": "Harbor Tower",
        "dealerId": KEYSTONE, "reserved": false, "version": 2 });
    assert_eq!(appointed.is(StatusCode::OK), expected);
    let again = admin.put(&path, of(KEYSTONE)).await.is(StatusCode::OK);
    assert_eq!(again, expected, "nothing was changed");
    let replaced = admin.put(&path, of(LANTERN)).await.is(StatusCode::OK);
    assert_eq!(
        (&replaced["dealerId"], &replaced["version"]),
        (&json!(LANTERN), &json!(3))
    );
    for _ in 0..2 {
        let dismissed = admin.delete(&path).await.is(StatusCode::OK);
        assert_eq!(
            (&dismissed["dealerId"], &dismissed["version"]),
            (&json!(null), &json!(4))
        );
    }
}

/// The guards do not reach appointments that favour who makes them, so it can be found out who did.
#[tokio::test]
async fn who_appoints_is_logged() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let tower = world.location(&customer, "Harbor Tower").await;
    let path = path(&customer, &tower);
    let (_, lines) = logged(admin.put(&path, of(KEYSTONE))).await;
    let line = lines.lines().find(|line| line.contains("appointed"));
    let line = line.unwrap();
    for id in [&customer.admin.to_string(), &tower, KEYSTONE] {
        assert!(line.contains(id), "{id} in {line}");
    }
}

#[tokio::test]
async fn only_the_customers_administrators_appoint() {
    let world = World::start().await;
    let (ours, theirs) = (
        world.customer("Blue Harbor").await,
        world.customer("Cedar Hill").await,
    );
    let tower = world.location(&ours, "Harbor Tower").await;
    let foreign = world.location(&theirs, "Cedar Hill Main").await;
    let grace = world
        .hire(&ours, "grace@example.org", &["SECURITY_SYSTEM_DISARMER"])
        .await;
    let admin = world.as_user(ours.admin);
    for (session, path, status, slug) in [
        (
            &world.as_user(grace.user),
            path(&ours, &tower),
            403,
            "not-an-administrator",
        ),
        (
            &world.as_user(theirs.admin),
            path(&ours, &tower),
            404,
            "not-found",
        ),
        (&world.platform(), path(&ours, &tower), 404, "not-found"),
        (&admin, path(&ours, &foreign), 404, "not-found"),
        (&admin, path(&theirs, &foreign), 404, "not-found"),
        (&admin, path(&ours, LANTERN), 404, "not-found"),
    ] {
        session.put(&path, of(KEYSTONE)).await.fails(status, slug);
        session.delete(&path).await.fails(status, slug);
    }
    for (customer, location) in [(&ours, &tower), (&theirs, &foreign)] {
        let one = format!("{}/locations/{location}", customer.path);
        let read = world.as_user(customer.admin).get(&one).await;
        let read = read.is(StatusCode::OK);
        assert_eq!(
            (&read["dealerId"], &read["version"]),
            (&json!(null), &json!(1))
        );
    }
}

#[tokio::test]
async fn a_dealer_is_appointed_over_what_was_seen() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let tower = world.location(&customer, "Harbor Tower").await;
    let path = path(&customer, &tower);
    let seen = [("if-match", "\"1\"")];
    let appoint = async |dealer: &str| {
        let body = Some(of(dealer));
        let answer = admin.send(Method::PUT, &path, body, &seen).await;
        answer.status.as_u16()
    };
    let (one, other) = tokio::join!(appoint(KEYSTONE), appoint(LANTERN));
    assert_eq!((one.min(other), one.max(other)), (200, 412));
    let dismissed = admin.send(Method::DELETE, &path, None, &seen).await;
    dismissed.fails(412, "precondition-failed");
    admin.put(&path, of("nobody")).await.names("dealerId");
    admin.put(&path, json!({})).await.names("dealerId");
}

#[tokio::test]
async fn an_appointment_is_published_with_the_location() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let tower = world.location(&customer, "Harbor Tower").await;
    let nats = TestNats::start().await.unwrap();
    let stated = async || {
        let clock = world.clock.clone();
        let js = nats.jetstream().await.unwrap();
        let pool = world.pool().clone();
        let mut relay = Relay::new(pool, js, "customer-service", move || clock.now());
        while relay.step().await.unwrap().worked() {}
        let last = nats.published("customer-service").await.unwrap().pop();
        let last = last.unwrap();
        assert_eq!(
            last.event_type,
            "io.realguardio.customer.location.changed.v1"
        );
        let stated: LocationState = serde_json::from_value(last.state).unwrap();
        (
            stated.dealer_id.map(|dealer| dealer.to_string()),
            last.version,
        )
    };
    let path = path(&customer, &tower);
    admin.put(&path, of(KEYSTONE)).await.is(StatusCode::OK);
    assert_eq!(stated().await, (Some(KEYSTONE.to_owned()), "2".to_owned()));
    admin.delete(&path).await.is(StatusCode::OK);
    assert_eq!(stated().await, (None, "3".to_owned()));
}

#[tokio::test]
async fn locations_served_are_told_in_parts() {
    let world = World::start().await;
    let (one, other) = (
        world.customer("Blue Harbor").await,
        world.customer("Cedar Hill").await,
    );
    let mut locations = Vec::new();
    let (one, other) = ((&one, "Blue Harbor"), (&other, "Cedar Hill"));
    for ((customer, name), dealer) in [
        (one, Some(KEYSTONE)),
        (other, Some(LANTERN)),
        (one, None),
        (other, Some(KEYSTONE)),
        (one, Some(LANTERN)),
    ] {
        // Ids sort by the time at which they were made.
        world.clock.advance(jiff::SignedDuration::from_millis(1));
        let id = world.location(customer, "Somewhere").await;
        let mut version = 1;
        if let Some(dealer) = dealer {
            let admin = world.as_user(customer.admin);
            let appointed = admin.put(&path(customer, &id), of(dealer)).await;
            appointed.is(StatusCode::OK);
            version = 2;
        }
        locations.push(
            json!({ "id": id, "name": "Somewhere", "customer": customer.id,
            "customerName": name,
            "dealer": dealer, "provider": null, "version": version }),
        );
    }
    let told = |numbers: &[usize]| -> Vec<_> { numbers.iter().map(|n| &locations[*n]).collect() };
    let machine = world.as_machine("facts:read");
    let ask = async |about: Value| machine.post("/facts/locations-served", about).await;

    let keystones = ask(json!({ "dealerIds": [KEYSTONE] })).await;
    assert!(
        keystones
            .header("consistency-token")
            .starts_with("customer-service=")
    );
    assert_eq!(
        keystones.is(StatusCode::OK),
        json!({ "locations": told(&[0, 3]), "nextPage": null })
    );
    let both = json!([KEYSTONE, LANTERN]);
    let about = json!({ "dealerIds": both, "after": null, "limit": 3 });
    let part = ask(about).await.is(StatusCode::OK);
    assert_eq!(
        part,
        json!({ "locations": told(&[0, 1, 3]), "nextPage": locations[3]["id"] })
    );
    let about = json!({ "dealerIds": both, "after": part["nextPage"], "limit": 3 });
    let rest = ask(about).await.is(StatusCode::OK);
    assert_eq!(rest, json!({ "locations": told(&[4]), "nextPage": null }));
    let nobodys = ask(json!({ "dealerIds": [] })).await.is(StatusCode::OK);
    assert_eq!(nobodys["locations"], json!([]));

    ask(json!({ "dealerIds": vec![KEYSTONE; 101] }))
        .await
        .names("dealerIds");
    for limit in [0, 501] {
        ask(json!({ "dealerIds": [], "limit": limit }))
            .await
            .names("limit");
    }
}
