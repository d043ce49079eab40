use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::organizations::facts;
use testkit::organizations::masking::NOBODY;

use crate::world::World;

const WATCHTOWER: &str = "0198c5a0-0000-7000-8000-0000000000b1";
const LIGHTHOUSE: &str = "0198c5a0-0000-7000-8000-0000000000b2";

#[tokio::test]
async fn a_decision_gets_employments_and_the_teams_with_a_role_there() {
    let world = World::start().await;
    facts::a_decision_gets_employments_and_the_teams_with_a_role_there(&world).await;
}

#[tokio::test]
async fn a_user_gets_all_that_they_are_granted_in_parts() {
    let world = World::start().await;
    facts::a_user_gets_all_that_they_are_granted_in_parts(&world).await;
}

#[tokio::test]
async fn who_administers_an_organization_is_told() {
    let world = World::start().await;
    facts::who_administers_an_organization_is_told(&world).await;
}

/// Dealers, in order of their ids, and whom they appointed.
async fn appointed(world: &World, providers: &[Option<&str>]) -> Vec<Value> {
    let mut dealers = Vec::new();
    for (n, provider) in providers.iter().enumerate() {
        world.clock.advance(SignedDuration::from_millis(1));
        let dealer = world.dealer(&format!("Dealer {n}")).await;
        if let Some(provider) = provider {
            let path = format!("{}/monitoring-provider", dealer.path);
            let body = json!({ "monitoringProviderId": provider });
            let admin = world.as_user(dealer.admin);
            admin.put(&path, body).await.is(StatusCode::OK);
        }
        dealers.push(json!({ "id": dealer.id, "provider": provider }));
    }
    dealers
}

#[tokio::test]
async fn dealers_are_told_with_their_providers() {
    let world = World::start().await;
    let dealers = appointed(&world, &[Some(WATCHTOWER), None]).await;
    let machine = world.as_machine("facts:read");
    let ids = [&dealers[1]["id"], &json!(NOBODY), &dealers[0]["id"]];
    let answer = machine
        .post("/facts/dealers", json!({ "dealerIds": ids }))
        .await;
    assert!(
        answer
            .header("consistency-token")
            .starts_with("dealer-service=")
    );
    assert_eq!(answer.is(StatusCode::OK), json!({ "dealers": dealers }));
    let none = machine.post("/facts/dealers", json!({ "dealerIds": [] }));
    assert_eq!(none.await.is(StatusCode::OK), json!({ "dealers": [] }));
    let many = json!({ "dealerIds": vec![NOBODY; 101] });
    machine
        .post("/facts/dealers", many)
        .await
        .names("dealerIds");
}

#[tokio::test]
async fn dealers_served_are_told_in_parts() {
    let world = World::start().await;
    let served = [
        Some(WATCHTOWER),
        Some(LIGHTHOUSE),
        None,
        Some(WATCHTOWER),
        Some(NOBODY),
        Some(WATCHTOWER),
    ];
    let dealers = appointed(&world, &served).await;
    let of = |numbers: &[usize]| -> Vec<_> { numbers.iter().map(|n| &dealers[*n]).collect() };
    let machine = world.as_machine("facts:read");
    let ask = async |about: Value| machine.post("/facts/dealers-served", about).await;

    let one = ask(json!({ "providerIds": [WATCHTOWER] })).await;
    assert!(
        one.header("consistency-token")
            .starts_with("dealer-service=")
    );
    assert_eq!(
        one.is(StatusCode::OK),
        json!({ "dealers": of(&[0, 3, 5]), "nextPage": null })
    );
    let both = json!([WATCHTOWER, LIGHTHOUSE]);
    let about = json!({ "providerIds": both, "after": null, "limit": 3 });
    let part = ask(about).await.is(StatusCode::OK);
    assert_eq!(
        part,
        json!({ "dealers": of(&[0, 1, 3]), "nextPage": dealers[3]["id"] })
    );
    let about = json!({ "providerIds": both, "after": part["nextPage"], "limit": 3 });
    let rest = ask(about).await.is(StatusCode::OK);
    assert_eq!(rest, json!({ "dealers": of(&[5]), "nextPage": null }));
    let nobodys = ask(json!({ "providerIds": [] })).await.is(StatusCode::OK);
    assert_eq!(nobodys["dealers"], json!([]));

    ask(json!({ "providerIds": vec![NOBODY; 101] }))
        .await
        .names("providerIds");
    for limit in [0, 501] {
        ask(json!({ "providerIds": [], "limit": limit }))
            .await
            .names("limit");
    }
}

#[tokio::test]
async fn facts_are_for_clients_with_the_scope_and_as_fresh_as_asked_for() {
    let world = World::start().await;
    let questions = [
        ("dealers", json!({ "dealerIds": [] })),
        ("dealers-served", json!({ "providerIds": [] })),
    ];
    facts::facts_are_for_clients_with_the_scope_and_as_fresh_as_asked_for(&world, &questions).await;
}
