//! What others are told who decide themselves.

use access::{Employment, Team};
use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::World;
use super::masking::NOBODY;

const TOWER: &str = "0198c5a0-0000-7000-8000-0000000000f1";
const ANNEX: &str = "0198c5a0-0000-7000-8000-0000000000f2";

/// Of a kind that owns no locations: all of the person's employments, and those of their teams that
/// hold a role there.
pub async fn a_decision_gets_employments_and_the_teams_with_a_role_there(world: &World) {
    let ours = world.organization("Keystone").await;
    let theirs = world.organization("Lantern").await;
    let admin = world.as_user(ours.admin);
    let (viewer, armer) = (["SECURITY_SYSTEM_VIEWER"], ["SECURITY_SYSTEM_ARMER"]);
    let grace = world.hire(&ours, "grace@example.org", &viewer).await;
    let someone = world.hire(&ours, "someone@example.org", &[]).await;
    world.clock.advance(SignedDuration::from_millis(1));
    let elsewhere = world.hire(&theirs, "grace@example.org", &armer).await;
    let disarmer = json!(["SECURITY_SYSTEM_DISARMER"]);
    let mut teams = Vec::new();
    for (name, locations, members) in [
        ("Installers", &[TOWER, ANNEX][..], &[&grace, &someone][..]),
        ("Day", &[ANNEX], &[&grace]),
        ("Away", &[TOWER], &[&someone]),
    ] {
        let team = world.team(&ours, name).await;
        for location in locations {
            let roles = json!({ "roles": disarmer });
            admin
                .put(&team.at(location), roles)
                .await
                .is(StatusCode::OK);
        }
        for member in members {
            let member = team.member(&member.id);
            admin.put(&member, json!({})).await.is(StatusCode::OK);
        }
        teams.push(team.id);
    }

    let machine = world.as_machine("facts:read");
    let ask = async |user: &str, location: &str| {
        let about = json!({ "userId": user, "locationId": location });
        let answer = machine.post("/facts/decision", about).await;
        let token = answer.header("consistency-token");
        assert!(token.starts_with(&format!("{}=\"1:", world.service.name)));
        answer.is(StatusCode::OK)
    };
    let user = grace.user.to_string();
    let facts = ask(&user, TOWER).await;
    let by = |id: &str| json!({ "kind": world.service.kind, "id": id });
    let employment = |id: &str, organization: &str, name: &str, roles: [&str; 1]| {
        json!({ "id": id, "user": user, "organization": by(organization), "organizationName": name,
            "roles": roles, "locationRoles": {}, "schedule": null })
    };
    let employments = json!([
        employment(&grace.id, &ours.id, "Keystone", viewer),
        employment(&elsewhere.id, &theirs.id, "Lantern", armer),
    ]);
    let team = json!({ "id": teams[0], "name": "Installers", "organization": by(&ours.id),
        "members": [grace.id], "roles": { TOWER: disarmer } });
    assert_eq!(
        facts,
        json!({ "employments": employments, "teams": [team] })
    );
    serde_json::from_value::<Vec<Employment>>(facts["employments"].clone()).unwrap();
    serde_json::from_value::<Vec<Team>>(facts["teams"].clone()).unwrap();

    for user in [ours.admin.to_string(), NOBODY.to_owned()] {
        assert_eq!(ask(&user, TOWER).await["teams"], json!([]));
    }
    let nowhere = ask(&user, NOBODY).await;
    let expected = json!({ "employments": employments, "teams": [] });
    assert_eq!(nowhere, expected, "they do not depend on the place");
}

/// All that one person is granted by organizations of this kind, in parts; and whether they
/// administer one.
pub async fn a_user_gets_all_that_they_are_granted_in_parts(world: &World) {
    let first = world.organization("Organization 0").await;
    let viewer = ["SECURITY_SYSTEM_VIEWER"];
    let grace = world.hire(&first, "grace@example.org", &viewer).await;
    let admin = world.as_user(first.admin);
    let team = world.team(&first, "Night Watch").await;
    let member = team.member(&grace.id);
    admin.put(&member, json!({})).await.is(StatusCode::OK);
    for n in 1..=20 {
        world.clock.advance(SignedDuration::from_millis(1));
        let other = world.organization(&format!("Organization {n}")).await;
        world.hire(&other, "grace@example.org", &[]).await;
    }
    let machine = world.as_machine("facts:read");
    let ask = async |page: Value| {
        let about = json!({ "userId": grace.user, "page": page });
        machine.post("/facts/user", about).await
    };
    let part = ask(json!(null)).await.is(StatusCode::OK);
    assert_eq!(part["employments"].as_array().unwrap().len(), 20);
    let employment = &part["employments"][0];
    let by = json!({ "kind": world.service.kind, "id": first.id });
    assert_eq!(
        (&employment["id"], &employment["organization"]),
        (&json!(grace.id), &by)
    );
    assert_eq!(employment["roles"], json!(viewer));
    assert_eq!(part["teams"][0]["id"], team.id);
    let rest = ask(part["nextPage"].clone()).await.is(StatusCode::OK);
    assert_eq!(rest["employments"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&rest["teams"], &rest["nextPage"]),
        (&json!([]), &json!(null))
    );
    ask(json!("made-up")).await.names("page");
}

/// Whether somebody administers an organization.
pub async fn who_administers_an_organization_is_told(world: &World) {
    let organization = world.organization("Blue Harbor").await;
    let other = world.organization("Cedar Hill").await;
    let roles = ["SECURITY_SYSTEM_DISARMER"];
    let grace = world.hire(&organization, "grace@example.org", &roles).await;
    let machine = world.as_machine("facts:read");
    for (user, id, administrator) in [
        (organization.admin, organization.id.as_str(), true),
        (grace.user, &organization.id, false),
        (other.admin, &organization.id, false),
        (organization.admin, NOBODY, false),
    ] {
        let about = json!({ "userId": user, "organizationId": id });
        let answer = machine.post("/facts/administrator", about).await;
        let token = answer.header("consistency-token");
        assert!(token.starts_with(&format!("{}=", world.service.name)));
        let told = answer.is(StatusCode::OK);
        assert_eq!(told, json!({ "administrator": administrator }));
    }
}

/// Facts are for clients with the scope, and as fresh as asked for: those of every kind, and these
/// questions that only one is asked.
pub async fn facts_are_for_clients_with_the_scope_and_as_fresh_as_asked_for(
    world: &World,
    questions: &[(&str, Value)],
) {
    let organization = world.organization("Keystone").await;
    let common = [
        ("decision", json!({ "userId": NOBODY, "locationId": TOWER })),
        ("user", json!({ "userId": NOBODY })),
        (
            "administrator",
            json!({ "userId": NOBODY, "organizationId": NOBODY }),
        ),
    ];
    for (question, about) in common.iter().chain(questions) {
        let path = format!("/facts/{question}");
        let other = world.as_machine("locations:reserve");
        let refused = other.post(&path, about.clone()).await;
        refused.fails(403, "insufficient-scope");
        let person = world.as_user(organization.admin);
        let refused = person.post(&path, about.clone()).await;
        refused.fails(401, "invalid-token");
        for (position, status) in [("1:2", 200), ("0:999", 200), ("1:3", 503), ("2:0", 503)] {
            let token = format!("{}=\"{position}\", iam-service=\"9:9\"", world.service.name);
            let headers = [("consistency-token", token.as_str())];
            let machine = world.as_machine("facts:read");
            let answer = machine.send(Method::POST, &path, Some(about.clone()), &headers);
            let answer = answer.await;
            assert_eq!(answer.status, status, "{question} {position}");
            if status == 503 {
                answer.fails(503, "not-fresh-enough");
            }
        }
    }
}
