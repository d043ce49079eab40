use access::{Employment, Team};
use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::World;

const NOBODY: &str = "0198c5a0-0000-7000-8000-0000000000aa";
const TOWER: &str = "0198c5a0-0000-7000-8000-0000000000f1";
const ANNEX: &str = "0198c5a0-0000-7000-8000-0000000000f2";
const WATCHTOWER: &str = "0198c5a0-0000-7000-8000-0000000000b1";
const LIGHTHOUSE: &str = "0198c5a0-0000-7000-8000-0000000000b2";

#[tokio::test]
async fn a_decision_gets_employments_and_the_teams_with_a_role_there() {
    let world = World::start().await;
    let (keystone, lantern) = (
        world.dealer("Keystone").await,
        world.dealer("Lantern").await,
    );
    let admin = world.as_user(keystone.admin);
    let grace = world
        .hire(&keystone, "grace@example.org", &["SECURITY_SYSTEM_VIEWER"])
        .await;
    let someone = world.hire(&keystone, "someone@example.org", &[]).await;
    let elsewhere = world
        .hire(&lantern, "grace@example.org", &["SECURITY_SYSTEM_ARMER"])
        .await;
    let disarmer = json!(["SECURITY_SYSTEM_DISARMER"]);
    let installers = world.team(&keystone, "Installers").await;
    let day = world.team(&keystone, "Day").await;
    let away = world.team(&keystone, "Away").await;
    for (team, location) in [
        (&installers, TOWER),
        (&installers, ANNEX),
        (&day, ANNEX),
        (&away, TOWER),
    ] {
        let path = format!("{}/teams/{team}/roles/{location}", keystone.path);
        let roles = json!({ "roles": disarmer });
        admin.put(&path, roles).await.is(StatusCode::OK);
    }
    for (team, employee) in [
        (&installers, &grace),
        (&installers, &someone),
        (&day, &grace),
        (&away, &someone),
    ] {
        let path = format!("{}/teams/{team}/members/{}", keystone.path, employee.id);
        admin.put(&path, json!({})).await.is(StatusCode::OK);
    }

    let machine = world.as_machine("facts:read");
    let about = json!({ "userId": grace.user, "locationId": TOWER });
    let answer = machine.post("/facts/decision", about).await;
    assert!(
        answer
            .header("consistency-token")
            .starts_with("dealer-service=\"1:")
    );
    let facts = answer.is(StatusCode::OK);
    let by = |id: &str| json!({ "kind": "dealer", "id": id });
    let employment = |id: &str, dealer: &str, name: &str, role: &str| {
        json!({ "id": id, "user": grace.user, "organization": by(dealer), "organizationName": name,
            "roles": [role], "locationRoles": {}, "schedule": null })
    };
    let viewer = employment(
        &grace.id,
        &keystone.id,
        "Keystone",
        "SECURITY_SYSTEM_VIEWER",
    );
    let armer = employment(
        &elsewhere.id,
        &lantern.id,
        "Lantern",
        "SECURITY_SYSTEM_ARMER",
    );
    let employments = facts["employments"].as_array().unwrap();
    assert_eq!(employments.len(), 2);
    assert!(employments.contains(&viewer) && employments.contains(&armer));
    let team = json!({ "id": installers, "name": "Installers", "organization": by(&keystone.id),
        "members": [grace.id], "roles": { TOWER: disarmer } });
    assert_eq!(facts["teams"], json!([team]));
    serde_json::from_value::<Vec<Employment>>(facts["employments"].clone()).unwrap();
    serde_json::from_value::<Vec<Team>>(facts["teams"].clone()).unwrap();

    for user in [keystone.admin.to_string(), NOBODY.to_owned()] {
        let about = json!({ "userId": user, "locationId": TOWER });
        let facts = machine.post("/facts/decision", about).await;
        assert_eq!(facts.is(StatusCode::OK)["teams"], json!([]));
    }
    let nowhere = json!({ "userId": grace.user, "locationId": null });
    let facts = machine.post("/facts/decision", nowhere).await;
    let facts = facts.is(StatusCode::OK);
    assert_eq!(facts["teams"], json!([]));
    let told = facts["employments"].as_array().unwrap();
    assert_eq!(told.len(), 2, "they do not depend on the place");
}

#[tokio::test]
async fn a_user_gets_all_that_dealers_grant_them() {
    let world = World::start().await;
    let dealer = world.dealer("Keystone").await;
    let grace = world
        .hire(&dealer, "grace@example.org", &["SECURITY_SYSTEM_ARMER"])
        .await;
    let machine = world.as_machine("facts:read");
    let told = machine
        .post("/facts/user", json!({ "userId": grace.user }))
        .await
        .is(StatusCode::OK);
    assert_eq!(told["employments"][0]["id"], grace.id);
    assert_eq!(
        told["employments"][0]["organization"],
        json!({ "kind": "dealer", "id": dealer.id })
    );
    assert_eq!(told["nextPage"], json!(null));
    for (user, administrator) in [(dealer.admin, true), (grace.user, false)] {
        let about = json!({ "userId": user, "organizationId": dealer.id });
        let told = machine.post("/facts/administrator", about).await;
        assert_eq!(
            told.is(StatusCode::OK),
            json!({ "administrator": administrator })
        );
    }
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
    let dealer = world.dealer("Keystone").await;
    let questions = [
        ("decision", json!({ "userId": NOBODY, "locationId": TOWER })),
        ("user", json!({ "userId": NOBODY })),
        (
            "administrator",
            json!({ "userId": NOBODY, "organizationId": NOBODY }),
        ),
        ("dealers", json!({ "dealerIds": [] })),
        ("dealers-served", json!({ "providerIds": [] })),
    ];
    for (question, about) in questions {
        let path = format!("/facts/{question}");
        let other = world.as_machine("locations:reserve");
        other
            .post(&path, about.clone())
            .await
            .fails(403, "insufficient-scope");
        let person = world.as_user(dealer.admin);
        person
            .post(&path, about.clone())
            .await
            .fails(401, "invalid-token");
        for (token, status) in [("1:2", 200), ("1:3", 503), ("2:0", 503)] {
            let token = format!("dealer-service=\"{token}\", customer-service=\"9:9\"");
            let headers = [("consistency-token", token.as_str())];
            let machine = world.as_machine("facts:read");
            let answer = machine.send(Method::POST, &path, Some(about.clone()), &headers);
            assert_eq!(answer.await.status, status, "{question} {token}");
        }
    }
}
