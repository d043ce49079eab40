//! The locations that a dealer serves, for its administrators: asked of customer-service.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::owner::{Asked, Owner};

use crate::world::{Dealer, World};

const CUSTOMER: &str = "0198c5a0-0000-7000-8000-0000000000c1";
const TOWER: &str = "0198c5a0-0000-7000-8000-0000000000f1";
const ANNEX: &str = "0198c5a0-0000-7000-8000-0000000000f2";

/// A customer-service where a dealer serves Harbor Tower, then Harbor Annex.
async fn customers() -> Owner {
    let location = |id: &str, name: &str, about: &Value| {
        json!({ "id": id, "name": name, "customer": CUSTOMER, "dealer": about["dealerIds"][0],
            "provider": null, "version": 2 })
    };
    Owner::start(move |path, about| {
        assert_eq!(path, "/facts/locations-served");
        if about["after"] == TOWER {
            json!({ "locations": [location(ANNEX, "Harbor Annex", about)], "nextPage": null })
        } else {
            json!({ "locations": [location(TOWER, "Harbor Tower", about)], "nextPage": TOWER })
        }
    })
    .await
}

fn path(dealer: &Dealer) -> String {
    format!("{}/locations", dealer.path)
}

#[tokio::test]
async fn administrators_read_in_pages_where_their_dealer_serves() {
    let customers = customers().await;
    let world = World::beside(&customers.url).await;
    let dealer = world.dealer("Keystone").await;
    let admin = world.as_user(dealer.admin);
    let served = |id: &str, name: &str| json!([{ "id": id, "name": name, "customerId": CUSTOMER, "dealerId": dealer.id }]);

    let first = admin.get(&format!("{}?limit=1", path(&dealer))).await;
    let first = first.is(StatusCode::OK);
    assert_eq!(first["items"], served(TOWER, "Harbor Tower"));
    let next = first["nextPage"].as_str().unwrap();
    let rest = format!("{}?limit=1&page={next}", path(&dealer));
    let rest = admin.get(&rest).await.is(StatusCode::OK);
    let annex = served(ANNEX, "Harbor Annex");
    assert_eq!(rest, json!({ "items": annex, "nextPage": null }));
    let asked = |after: Value| Asked {
        path: "/facts/locations-served".to_owned(),
        body: json!({ "dealerIds": [dealer.id], "after": after, "limit": 1 }),
        consistency_token: None,
    };
    assert_eq!(customers.asked(), [asked(json!(null)), asked(json!(TOWER))]);
}

#[tokio::test]
async fn others_learn_nothing_and_customer_service_is_not_asked() {
    let customers = customers().await;
    let world = World::beside(&customers.url).await;
    let dealer = world.dealer("Keystone").await;
    let other = world.dealer("Lantern").await;
    let technician = world
        .hire(&dealer, "tech@example.org", &["SECURITY_SYSTEM_DISARMER"])
        .await;
    let path = path(&dealer);
    let member = world.as_user(technician.user).get(&path).await;
    member.fails(403, "not-an-administrator");
    for session in [world.as_user(other.admin), world.platform()] {
        session.get(&path).await.fails(404, "not-found");
    }
    assert_eq!(customers.asked(), []);
}

#[tokio::test]
async fn the_answer_is_as_fresh_as_asked_for_or_none() {
    let customers = customers().await;
    let world = World::beside(&customers.url).await;
    let dealer = world.dealer("Keystone").await;
    let admin = world.as_user(dealer.admin);
    let path = path(&dealer);
    let token = "customer-service=\"1:7\", dealer-service=\"1:2\", iam-service=\"1:9\"";
    let headers = [("consistency-token", token)];
    admin
        .send(Method::GET, &path, None, &headers)
        .await
        .is(StatusCode::OK);
    let asked = customers.asked().pop().unwrap();
    assert_eq!(
        asked.consistency_token.as_deref(),
        Some("customer-service=\"1:7\""),
        "its own position, and nobody else's"
    );
    drop(customers);
    admin.get(&path).await.fails(503, "unavailable");
}
