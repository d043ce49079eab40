use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn locations_belong_to_their_customer() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let path = format!("{}/locations", customer.path);
    let created = admin.post(&path, json!({ "name": "Harbor Tower" })).await;
    assert_eq!(created.header("etag"), "\"1\"");
    let created = created.is(StatusCode::CREATED);
    let expected = json!({ "id": created["id"], "customerId": customer.id, "name": "Harbor Tower",
        "dealerId": null, "reserved": false, "version": 1 });
    assert_eq!(created, expected);

    let one = format!("{path}/{}", created["id"].as_str().unwrap());
    let seen = [("if-match", "\"1\"")];
    let renamed = admin
        .send(Method::PUT, &one, Some(json!({ "name": "Tower" })), &seen)
        .await;
    assert_eq!(renamed.is(StatusCode::OK)["version"], 2);
    let stale = admin
        .send(Method::PUT, &one, Some(json!({ "name": "T" })), &seen)
        .await;
    stale.fails(412, "precondition-failed");
    let stale = admin.send(Method::DELETE, &one, None, &seen).await;
    stale.fails(412, "precondition-failed");
    let grace = world
        .hire(&customer, "grace@blue-harbor.example", &[])
        .await;
    let list = world
        .as_user(grace.user)
        .get(&path)
        .await
        .is(StatusCode::OK);
    assert_eq!(list["items"][0]["name"], "Tower");
    admin.delete(&one).await.is(StatusCode::NO_CONTENT);
    admin.get(&one).await.fails(404, "not-found");
}

#[tokio::test]
async fn a_customer_has_so_many_locations() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let filled = sqlx::query(
        "INSERT INTO location (id, customer_id, name) SELECT gen_random_uuid(), $1::uuid, 'Somewhere' FROM generate_series(1, 4999)",
    );
    let filled = filled.bind(&customer.id).execute(world.pool()).await;
    filled.unwrap();
    let path = format!("{}/locations", customer.path);
    let one_more = json!({ "name": "One More" });
    let created = admin.post(&path, one_more.clone()).await;
    let created = created.is(StatusCode::CREATED);
    let enough = admin.post(&path, one_more.clone()).await;
    enough.fails(409, "limit-reached");
    // Another customer has its own.
    let other = world.customer("Cedar Hill").await;
    let there = format!("{}/locations", other.path);
    let their_admin = world.as_user(other.admin);
    let created_there = their_admin.post(&there, one_more.clone()).await;
    created_there.is(StatusCode::CREATED);

    let one = format!("{path}/{}", created["id"].as_str().unwrap());
    admin.delete(&one).await.is(StatusCode::NO_CONTENT);
    let again = admin.post(&path, one_more).await;
    again.is(StatusCode::CREATED);
}

#[tokio::test]
async fn a_location_where_as_many_hold_roles_as_may_can_be_removed() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let tower = world.location(&customer, "Harbor Tower").await;
    let grace = world
        .hire(&customer, "grace@blue-harbor.example", &[])
        .await;
    for statement in [
        "INSERT INTO employment (id, organization_id, user_id, name, administrator, roles)
         SELECT gen_random_uuid(), $1::uuid, gen_random_uuid(), 'Somebody', false, '[]' FROM generate_series(1, 1000)",
        r#"INSERT INTO employment_location (organization_id, employee_id, location_id, roles)
           SELECT e.organization_id, e.id, l.id, '["SECURITY_SYSTEM_ARMER"]'
             FROM employment e JOIN location l ON l.customer_id = e.organization_id
            WHERE e.organization_id = $1::uuid AND e.name = 'Somebody'"#,
    ] {
        let filled = sqlx::query(statement).bind(&customer.id);
        filled.execute(world.pool()).await.unwrap();
    }
    let roles = format!("{}/location-roles", grace.path);
    let at = |role| json!({ "locationRoles": { &tower: [role] } });
    let full = admin.put(&roles, at("SECURITY_SYSTEM_ARMER")).await;
    full.fails(409, "limit-reached");
    let one_less = "DELETE FROM employment_location WHERE ctid = (SELECT ctid FROM employment_location LIMIT 1)";
    let one_less = sqlx::query(one_less).execute(world.pool()).await;
    one_less.unwrap();
    // Who holds something there already is not one more.
    for role in ["SECURITY_SYSTEM_ARMER", "SECURITY_SYSTEM_VIEWER"] {
        admin.put(&roles, at(role)).await.is(StatusCode::OK);
    }

    let path = format!("{}/locations/{tower}", customer.path);
    admin.delete(&path).await.is(StatusCode::NO_CONTENT);
    let told = "SELECT count(*) FROM outbox.message m JOIN employment e ON e.id = m.id AND e.version = m.version
                 WHERE m.aggregate = 'employment' AND e.name = 'Somebody' AND m.state -> 'locationRoles' = '{}'";
    let told: i64 = sqlx::query_scalar(told)
        .fetch_one(world.pool())
        .await
        .unwrap();
    assert_eq!(told, 999);
}

#[tokio::test]
async fn with_a_location_go_the_roles_that_were_held_there() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let tower = world.location(&customer, "Harbor Tower").await;
    let annex = world.location(&customer, "Harbor Annex").await;
    let grace = world
        .hire(&customer, "grace@blue-harbor.example", &[])
        .await;
    let team = world.team(&customer, "Night Watch").await;
    let armer = json!(["SECURITY_SYSTEM_ARMER"]);
    let at = json!({ "locationRoles": { &tower: armer, &annex: armer } });
    admin
        .put(&format!("{}/location-roles", grace.path), at)
        .await
        .is(StatusCode::OK);
    admin
        .put(&team.at(&tower), json!({ "roles": armer }))
        .await
        .is(StatusCode::OK);

    admin
        .delete(&format!("{}/locations/{tower}", customer.path))
        .await
        .is(StatusCode::NO_CONTENT);
    let grace = admin.get(&grace.path).await.is(StatusCode::OK);
    assert_eq!(
        (&grace["locationRoles"], &grace["version"]),
        (&json!({ &annex: armer }), &json!(3))
    );
    let team = admin.get(&team.path).await.is(StatusCode::OK);
    assert_eq!((&team["roles"], &team["version"]), (&json!({}), &json!(3)));
}
