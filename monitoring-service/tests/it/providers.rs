use axum::http::StatusCode;
use serde_json::json;
use testkit::session::Session;

use crate::world::{ADMINISTRATOR, World};

/// Somebody with these application roles.
fn with_roles(world: &World, roles: &[&str]) -> Session {
    let user = world.iam.user("somebody@example.org");
    world.with_token(world.mint.user(&user).claim("roles", roles).token())
}

#[tokio::test]
async fn a_provider_begins_with_its_administrator() {
    let world = World::start().await;
    let body = json!({ "name": " Watchtower ", "administrator": { "email": "Ada@watchtower.example", "name": "Ada" } });
    let created = world.platform().post("/monitoring-providers", body).await;
    assert_eq!(created.header("etag"), "\"1\"");
    assert_eq!(
        created.header("consistency-token"),
        "monitoring-service=\"1:2\""
    );
    let created = created.is(StatusCode::CREATED);
    assert_eq!(created["administrator"]["roles"], json!([ADMINISTRATOR]));

    let ada = world.as_user(world.iam.user("ada@watchtower.example"));
    let path = format!("/monitoring-providers/{}", created["id"].as_str().unwrap());
    let expected = json!({ "id": created["id"], "name": "Watchtower", "version": 1 });
    assert_eq!(ada.get(&path).await.is(StatusCode::OK), expected);
    let listed = ada.get("/monitoring-providers").await.is(StatusCode::OK);
    assert_eq!(listed, json!({ "items": [expected], "nextPage": null }));
}

#[tokio::test]
async fn only_platform_administrators_create_rename_and_remove() {
    let world = World::start().await;
    let provider = world.provider("Watchtower").await;
    let slug = "not-a-platform-administrator";
    let renamed = json!({ "name": "Watchtower Monitoring" });
    let ada = world.as_user(provider.admin);
    ada.put(&provider.path, renamed.clone())
        .await
        .fails(403, slug);
    ada.delete(&provider.path).await.fails(403, slug);
    let body =
        json!({ "name": "Mine", "administrator": { "email": "eve@evil.example", "name": "Eve" } });
    for session in [
        ada,
        with_roles(&world, &["REALGUARDIO_DEALER_ADMINISTRATOR"]),
    ] {
        session
            .post("/monitoring-providers", body.clone())
            .await
            .fails(403, slug);
    }
    let platform = world.platform();
    let renamed = platform.put(&provider.path, renamed).await;
    assert_eq!(renamed.is(StatusCode::OK)["version"], 2);
    platform
        .delete(&provider.path)
        .await
        .is(StatusCode::NO_CONTENT);
    platform.get(&provider.path).await.fails(404, "not-found");
}

#[tokio::test]
async fn who_works_for_anybody_finds_providers_in_the_directory() {
    let world = World::start().await;
    let provider = world.provider("Watchtower").await;
    let path = "/directory/monitoring-providers";
    let dealers = with_roles(&world, &["SECURITY_SYSTEM_DEALER_EMPLOYEE"]);
    let listed = dealers.get(path).await.is(StatusCode::OK);
    let expected = json!([{ "id": provider.id, "name": "Watchtower" }]);
    assert_eq!(listed, json!({ "items": expected, "nextPage": null }));
    let nobodys = world.as_user(provider.admin);
    nobodys.get(path).await.fails(403, "not-an-employee");
}
