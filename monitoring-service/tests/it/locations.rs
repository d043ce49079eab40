//! The locations that a provider watches, for its administrators: asked of dealer-service, and
//! then of customer-service.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::owner::Owner;

use crate::world::{World, nowhere};

const CUSTOMER: &str = "0198c5a0-0000-7000-8000-0000000000c1";

/// The n-th dealer, and the location that it serves: ids in the opposite order.
fn dealer(n: usize) -> String {
    format!("0198c5a0-0000-7000-8000-00000000d{n:03}")
}

fn location(n: usize) -> String {
    format!("0198c5a0-0000-7000-8000-00000000f{:03}", 999 - n)
}

/// A dealer-service where so many dealers appointed whoever is asked about, told in two parts.
async fn dealers(count: usize) -> Owner {
    Owner::start(move |path, about| {
        assert_eq!(path, "/facts/dealers-served");
        let dealers = |numbers: std::ops::Range<usize>| -> Vec<_> {
            let told = |n| json!({ "id": dealer(n), "provider": about["providerIds"][0] });
            numbers.map(told).collect()
        };
        if about["after"].is_null() {
            json!({ "dealers": dealers(0..count / 2), "nextPage": dealer(count / 2) })
        } else {
            json!({ "dealers": dealers(count / 2..count), "nextPage": null })
        }
    })
    .await
}

/// A customer-service where each dealer serves one location. It tells as many as it is asked for.
async fn customers() -> Owner {
    Owner::start(|path, about| {
        assert_eq!(path, "/facts/locations-served");
        let asked = about["dealerIds"].as_array().unwrap();
        assert!(asked.len() <= 100, "as many as may be asked about");
        let number = |id: &Value| id.as_str().unwrap()[33..].parse::<usize>().unwrap();
        let after = about["after"].as_str().unwrap_or_default();
        let limit = usize::try_from(about["limit"].as_u64().unwrap()).unwrap();
        let served: BTreeSet<_> = asked
            .iter()
            .map(|id| (location(number(id)), id.as_str().unwrap()))
            .filter(|(id, _)| id.as_str() > after)
            .collect();
        let more = served.len() > limit;
        let told: Vec<_> = served
            .into_iter()
            .take(limit)
            .map(|(id, dealer)| {
                json!({ "id": id, "name": "Somewhere", "customer": CUSTOMER, "dealer": dealer,
                    "provider": null, "version": 1 })
            })
            .collect();
        let next = told.last().filter(|_| more).map(|last| last["id"].clone());
        json!({ "locations": told, "nextPage": next })
    })
    .await
}

#[tokio::test]
async fn administrators_read_in_pages_where_their_provider_watches() {
    // More dealers than customer-service can be asked about at once.
    let (dealers, customers) = (dealers(250).await, customers().await);
    let world = World::beside(&customers.url, &dealers.url).await;
    let provider = world.provider("Watchtower").await;
    let admin = world.as_user(provider.admin);
    let mut seen = Vec::new();
    let mut path = format!("{}/locations?limit=100", provider.path);
    loop {
        let page = admin.get(&path).await.is(StatusCode::OK);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 100);
        seen.extend(items.iter().map(|it| it["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["nextPage"].as_str() else {
            break;
        };
        path = format!("{}/locations?limit=100&page={next}", provider.path);
    }
    let mut expected: Vec<_> = (0..250).map(location).collect();
    expected.sort();
    assert_eq!(seen, expected, "each once, in order");

    let first = format!("{}/locations?limit=1", provider.path);
    let first = admin.get(&first).await.is(StatusCode::OK)["items"][0].clone();
    let expected = json!({ "id": location(249), "name": "Somewhere", "customerId": CUSTOMER,
        "dealerId": dealer(249) });
    assert_eq!(first, expected);
}

#[tokio::test]
async fn others_learn_nothing_and_nobody_is_asked() {
    let (dealers, customers) = (dealers(1).await, customers().await);
    let world = World::beside(&customers.url, &dealers.url).await;
    let provider = world.provider("Watchtower").await;
    let other = world.provider("Lighthouse").await;
    let operator = world.hire(&provider, "operator@example.org", &[]).await;
    let path = format!("{}/locations", provider.path);
    let member = world.as_user(operator.user).get(&path).await;
    member.fails(403, "not-an-administrator");
    for session in [world.as_user(other.admin), world.platform()] {
        session.get(&path).await.fails(404, "not-found");
    }
    assert_eq!((dealers.asked(), customers.asked()), (vec![], vec![]));
}

#[tokio::test]
async fn both_owners_are_asked_for_what_is_fresh_enough() {
    let (dealers, customers) = (dealers(2).await, customers().await);
    let world = World::beside(&customers.url, &dealers.url).await;
    let provider = world.provider("Watchtower").await;
    let admin = world.as_user(provider.admin);
    let path = format!("{}/locations", provider.path);
    let token = "customer-service=\"1:7\", dealer-service=\"1:3\"";
    let headers = [("consistency-token", token)];
    admin
        .send(Method::GET, &path, None, &headers)
        .await
        .is(StatusCode::OK);
    for (owner, position) in [
        (&dealers, "dealer-service=\"1:3\""),
        (&customers, "customer-service=\"1:7\""),
    ] {
        for asked in owner.asked() {
            assert_eq!(asked.consistency_token.as_deref(), Some(position));
        }
    }
}

#[tokio::test]
async fn without_one_of_the_owners_nothing_is_said() {
    let (dealers, customers) = (dealers(2).await, customers().await);
    for (customers, dealers) in [(&customers.url, &nowhere()), (&nowhere(), &dealers.url)] {
        let world = World::beside(customers, dealers).await;
        let provider = world.provider("Watchtower").await;
        let admin = world.as_user(provider.admin);
        let answer = admin.get(&format!("{}/locations", provider.path)).await;
        answer.fails(503, "unavailable");
    }
}
