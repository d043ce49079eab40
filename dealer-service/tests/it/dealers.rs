use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::session::Session;

use crate::world::{ADMINISTRATOR, World};

#[tokio::test]
async fn a_dealer_begins_with_its_administrator_and_without_a_provider() {
    let world = World::start().await;
    let body = json!({ "name": " Keystone Security ", "administrator": { "email": "Ada@keystone.example", "name": "Ada" } });
    let onboarded = world.platform().post("/dealers", body).await;
    assert_eq!(onboarded.header("etag"), "\"1\"");
    assert_eq!(
        onboarded.header("consistency-token"),
        "dealer-service=\"1:2\""
    );
    let onboarded = onboarded.is(StatusCode::CREATED);
    assert_eq!(onboarded["administrator"]["roles"], json!([ADMINISTRATOR]));

    let ada = world.as_user(world.iam.user("ada@keystone.example"));
    let path = format!("/dealers/{}", onboarded["id"].as_str().unwrap());
    let expected = json!({ "id": onboarded["id"], "name": "Keystone Security",
        "monitoringProviderId": null, "version": 1 });
    assert_eq!(ada.get(&path).await.is(StatusCode::OK), expected);
    let listed = ada.get("/dealers").await.is(StatusCode::OK);
    assert_eq!(listed, json!({ "items": [expected], "nextPage": null }));
}

#[tokio::test]
async fn a_dealer_is_onboarded_once() {
    let world = World::start().await;
    let body = json!({ "name": "Keystone", "administrator": { "email": "ada@example.org", "name": "Ada" } });
    let key = [("idempotency-key", "k-1")];
    let platform = world.platform();
    let create = async || {
        platform
            .send(Method::POST, "/dealers", Some(body.clone()), &key)
            .await
    };
    let first = create().await.is(StatusCode::CREATED);
    assert_eq!(create().await.is(StatusCode::CREATED), first);
    let all = platform.get("/dealers").await.is(StatusCode::OK);
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
}

/// Somebody with these application roles.
fn with_roles(world: &World, roles: &[&str]) -> Session {
    let user = world.iam.user("somebody@example.org");
    world.with_token(world.mint.user(&user).claim("roles", roles).token())
}

#[tokio::test]
async fn only_dealer_administrators_onboard_rename_and_remove() {
    let world = World::start().await;
    let dealer = world.dealer("Keystone").await;
    let ada = world.as_user(dealer.admin);
    let slug = "not-a-dealer-administrator";
    let renamed = json!({ "name": "Keystone Security" });
    ada.put(&dealer.path, renamed.clone())
        .await
        .fails(403, slug);
    ada.delete(&dealer.path).await.fails(403, slug);
    let users = world.iam.count();
    let body =
        json!({ "name": "Mine", "administrator": { "email": "eve@evil.example", "name": "Eve" } });
    for session in [
        ada,
        with_roles(&world, &["REALGUARDIO_ADMINISTRATOR"]),
        with_roles(&world, &["SECURITY_SYSTEM_DEALER_EMPLOYEE"]),
    ] {
        session
            .post("/dealers", body.clone())
            .await
            .fails(403, slug);
    }
    assert_eq!(
        world.iam.count(),
        users + 1,
        "nobody but the caller became a user"
    );

    let platform = world.platform();
    let renamed = platform.put(&dealer.path, renamed).await;
    assert_eq!(renamed.is(StatusCode::OK)["version"], 2);
    let team = world.team(&dealer, "Installers").await;
    platform.delete(&dealer.path).await.fails(409, "not-empty");
    world
        .as_user(dealer.admin)
        .delete(&team.path)
        .await
        .is(StatusCode::NO_CONTENT);
    platform
        .delete(&dealer.path)
        .await
        .is(StatusCode::NO_CONTENT);
    platform.get(&dealer.path).await.fails(404, "not-found");
}

#[tokio::test]
async fn who_works_for_anybody_finds_dealers_in_the_directory() {
    let world = World::start().await;
    let mut expected = Vec::new();
    for name in ["Keystone", "Lantern", "Beacon"] {
        // Ids sort by the time at which they were made.
        world.clock.advance(jiff::SignedDuration::from_millis(1));
        let dealer = world.dealer(name).await;
        expected.push(json!({ "id": dealer.id, "name": name }));
    }
    for role in [
        "CUSTOMER_EMPLOYEE",
        "SECURITY_SYSTEM_DEALER_EMPLOYEE",
        "MONITORING_PROVIDER_EMPLOYEE",
    ] {
        let employee = with_roles(&world, &[role]);
        let listed = employee.get("/directory/dealers").await.is(StatusCode::OK);
        assert_eq!(listed, json!({ "items": expected, "nextPage": null }));
    }
    let employee = with_roles(&world, &["CUSTOMER_EMPLOYEE"]);
    let page = |page: &Value| format!("/directory/dealers?limit=2&page={}", page.as_str().unwrap());
    let first = employee.get("/directory/dealers?limit=2").await;
    let first = first.is(StatusCode::OK);
    let rest = employee.get(&page(&first["nextPage"])).await;
    let rest = rest.is(StatusCode::OK);
    assert_eq!(first["items"], json!(expected[..2]));
    assert_eq!(rest, json!({ "items": expected[2..], "nextPage": null }));
    for roles in [&[][..], &["REALGUARDIO_ADMINISTRATOR"]] {
        let nobodys = with_roles(&world, roles).get("/directory/dealers").await;
        nobodys.fails(403, "not-an-employee");
    }
}
