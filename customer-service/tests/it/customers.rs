use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_customer_begins_with_its_administrator() {
    let world = World::start().await;
    let body = json!({ "name": " Blue Harbor Offices ", "administrator": { "email": "Ada@blue-harbor.example", "name": "Ada" } });
    let created = world.platform().post("/customers", body).await;
    assert_eq!(created.header("etag"), "\"1\"");
    assert_eq!(
        created.header("consistency-token"),
        "customer-service=\"1:2\""
    );
    let created = created.is(StatusCode::CREATED);
    assert_eq!(created["name"], "Blue Harbor Offices");
    assert_eq!(
        created["administrator"]["roles"],
        json!(["CUSTOMER_EMPLOYEE_ADMINISTRATOR"])
    );
    assert_eq!(created["administrator"]["schedule"], json!(null));

    let ada = world.iam.user("ada@blue-harbor.example");
    let path = format!("/customers/{}", created["id"].as_str().unwrap());
    let read = world.as_user(ada).get(&path).await.is(StatusCode::OK);
    assert_eq!(
        read,
        json!({ "id": created["id"], "name": "Blue Harbor Offices", "version": 1 })
    );
}

#[tokio::test]
async fn only_platform_administrators_create_rename_and_remove() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let ada = world.as_user(customer.admin);
    let body =
        json!({ "name": "Mine", "administrator": { "email": "eve@evil.example", "name": "Eve" } });
    let slug = "not-a-platform-administrator";
    ada.post("/customers", body).await.fails(403, slug);
    ada.put(&customer.path, json!({ "name": "Mine" }))
        .await
        .fails(403, slug);
    ada.delete(&customer.path).await.fails(403, slug);
    assert_eq!(world.iam.count(), 2, "nobody was made a user");

    let renamed = world
        .platform()
        .put(&customer.path, json!({ "name": "Blue Harbor Offices" }))
        .await;
    assert_eq!(renamed.is(StatusCode::OK)["version"], 2);
}

#[tokio::test]
async fn nobody_appoints_themselves() {
    let world = World::start().await;
    let body = json!({ "name": "Mine", "administrator": { "email": "platform-admin@realguardio.example", "name": "Me" } });
    world
        .platform()
        .post("/customers", body)
        .await
        .fails(403, "own-grants");
    let all = world.platform().get("/customers").await.is(StatusCode::OK);
    assert_eq!(all["items"], json!([]));
}

#[tokio::test]
async fn customers_are_listed_in_pages() {
    let world = World::start().await;
    let mut ids = Vec::new();
    for name in ["A", "B", "C", "D", "E"] {
        // Ids sort by the time at which they were made.
        world.clock.advance(jiff::SignedDuration::from_millis(1));
        ids.push(world.customer(name).await);
    }
    let mut path = "/customers?limit=2".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = world.platform().get(&path).await.is(StatusCode::OK);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        seen.extend(items.iter().map(|it| it["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["nextPage"].as_str() else {
            break;
        };
        path = format!("/customers?limit=2&page={next}");
    }
    assert_eq!(seen, ids.iter().map(|it| it.id.clone()).collect::<Vec<_>>());

    let own = world
        .as_user(ids[1].admin)
        .get("/customers")
        .await
        .is(StatusCode::OK);
    assert_eq!(own["items"].as_array().unwrap().len(), 1);
    assert_eq!(own["items"][0]["id"], *ids[1].id);
}

#[tokio::test]
async fn cursors_and_limits_made_up_are_refused() {
    let world = World::start().await;
    let platform = world.platform();
    for page in ["x", "%00", "eyJhIjoxfQ", "Im5vdCBhIHV1aWQi"] {
        platform
            .get(&format!("/customers?page={page}"))
            .await
            .names("page");
    }
    for limit in ["0", "101"] {
        platform
            .get(&format!("/customers?limit={limit}"))
            .await
            .names("limit");
    }
    for limit in ["-1", "many", "99999999999"] {
        platform
            .get(&format!("/customers?limit={limit}"))
            .await
            .fails(400, "malformed");
    }
}

#[tokio::test]
async fn names_have_limits() {
    let world = World::start().await;
    let path = world.customer("Blue Harbor").await.path;
    let platform = world.platform();
    for name in [
        String::new(),
        "   ".into(),
        "x".repeat(121),
        "a\nb".into(),
        "a\u{0}b".into(),
    ] {
        platform
            .put(&path, json!({ "name": name }))
            .await
            .names("name");
    }
    platform
        .put(&path, json!({ "name": "ü".repeat(120) }))
        .await
        .is(StatusCode::OK);
    platform
        .put(&path, json!({ "name": 1 }))
        .await
        .names("name");
    platform
        .put(&path, json!({ "name": "x", "more": 1 }))
        .await
        .fails(422, "invalid");
    platform
        .put(&path, json!({ "name": "x".repeat(70_000) }))
        .await
        .fails(413, "payload-too-large");
    assert_eq!(platform.get(&path).await.is(StatusCode::OK)["version"], 2);
}

#[tokio::test]
async fn a_customer_is_removed_when_it_is_empty() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let (ada, platform) = (world.as_user(customer.admin), world.platform());
    let grace = world
        .hire(&customer, "grace@blue-harbor.example", &[])
        .await;
    platform
        .delete(&customer.path)
        .await
        .fails(409, "not-empty");
    ada.delete(&grace.path).await.is(StatusCode::NO_CONTENT);

    let location = world.location(&customer, "Harbor Tower").await;
    platform
        .delete(&customer.path)
        .await
        .fails(409, "not-empty");
    ada.delete(&format!("{}/locations/{location}", customer.path))
        .await
        .is(StatusCode::NO_CONTENT);

    let team = world.team(&customer, "Night Watch").await;
    platform
        .delete(&customer.path)
        .await
        .fails(409, "not-empty");
    ada.get(&customer.path).await.is(StatusCode::OK);
    ada.delete(&team.path).await.is(StatusCode::NO_CONTENT);

    let stale = [("if-match", "\"7\"")];
    let refused = platform
        .send(Method::DELETE, &customer.path, None, &stale)
        .await;
    refused.fails(412, "precondition-failed");
    platform
        .delete(&customer.path)
        .await
        .is(StatusCode::NO_CONTENT);
    platform.get(&customer.path).await.fails(404, "not-found");
    ada.get(&customer.path).await.fails(404, "not-found");
    platform
        .delete(&customer.path)
        .await
        .fails(404, "not-found");
}

#[tokio::test]
async fn nobody_removes_the_customer_that_employs_them_last() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let token = world
        .mint
        .user(&customer.admin)
        .claim("roles", ["REALGUARDIO_ADMINISTRATOR"]);
    let both = world.with_token(token.token());
    both.delete(&customer.path).await.fails(403, "own-grants");
    world
        .as_user(customer.admin)
        .get(&customer.path)
        .await
        .is(StatusCode::OK);
}
