use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::world::World;

const NOBODY: &str = "0198c5a0-0000-7000-8000-0000000000aa";
const TOWER: &str = "0198c5a0-0000-7000-8000-0000000000f1";
const ANNEX: &str = "0198c5a0-0000-7000-8000-0000000000f2";

#[tokio::test]
async fn a_decision_gets_employments_and_the_teams_with_a_role_there() {
    let world = World::start().await;
    let provider = world.provider("Watchtower").await;
    let admin = world.as_user(provider.admin);
    let grace = world
        .hire(&provider, "grace@example.org", &["SECURITY_SYSTEM_ARMER"])
        .await;
    let disarmer = json!(["SECURITY_SYSTEM_DISARMER"]);
    let night = world.team(&provider, "Night").await;
    let day = world.team(&provider, "Day").await;
    for (team, location) in [(&night, TOWER), (&night, ANNEX), (&day, ANNEX)] {
        let team = format!("{}/teams/{team}", provider.path);
        let roles = json!({ "roles": disarmer });
        let at = format!("{team}/roles/{location}");
        admin.put(&at, roles).await.is(StatusCode::OK);
        let member = format!("{team}/members/{}", grace.id);
        admin.put(&member, json!({})).await.is(StatusCode::OK);
    }
    let machine = world.as_machine("facts:read");
    let about = json!({ "userId": grace.user, "locationId": TOWER });
    let answer = machine.post("/facts/decision", about).await;
    assert!(
        answer
            .header("consistency-token")
            .starts_with("monitoring-service=\"1:")
    );
    let by = json!({ "kind": "provider", "id": provider.id });
    let expected = json!({
        "employments": [{ "id": grace.id, "user": grace.user, "organization": by,
            "organizationName": "Watchtower", "roles": ["SECURITY_SYSTEM_ARMER"],
            "locationRoles": {}, "schedule": null }],
        "teams": [{ "id": night, "name": "Night", "organization": by,
            "members": [grace.id], "roles": { TOWER: disarmer } }],
    });
    assert_eq!(answer.is(StatusCode::OK), expected);
    let about = json!({ "userId": grace.user, "locationId": null });
    let nowhere = machine.post("/facts/decision", about).await;
    let expected = json!({ "employments": expected["employments"], "teams": [] });
    assert_eq!(nowhere.is(StatusCode::OK), expected);
    let about = json!({ "userId": grace.user });
    let told = machine.post("/facts/user", about).await.is(StatusCode::OK);
    assert_eq!(told["employments"][0]["organization"], by);
    assert_eq!(told["teams"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn facts_are_for_clients_with_the_scope_and_as_fresh_as_asked_for() {
    let world = World::start().await;
    let provider = world.provider("Watchtower").await;
    let questions = [
        ("decision", json!({ "userId": NOBODY, "locationId": TOWER })),
        ("user", json!({ "userId": NOBODY })),
        (
            "administrator",
            json!({ "userId": provider.admin, "organizationId": provider.id }),
        ),
    ];
    for (question, about) in questions {
        let path = format!("/facts/{question}");
        let other = world.as_machine("locations:reserve");
        other
            .post(&path, about.clone())
            .await
            .fails(403, "insufficient-scope");
        let person = world.as_user(provider.admin);
        person
            .post(&path, about.clone())
            .await
            .fails(401, "invalid-token");
        for (token, status) in [("1:2", 200), ("1:3", 503)] {
            let token = format!("monitoring-service=\"{token}\"");
            let headers = [("consistency-token", token.as_str())];
            let machine = world.as_machine("facts:read");
            let answer = machine.send(Method::POST, &path, Some(about.clone()), &headers);
            assert_eq!(answer.await.status, status, "{question} {token}");
        }
    }
}
