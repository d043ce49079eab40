use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_team_grants_its_roles_to_its_members() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let grace = world
        .hire(&customer, "grace@blue-harbor.example", &[])
        .await;
    let tower = world.location(&customer, "Harbor Tower").await;
    let team = world.team(&customer, "Night Watch").await;
    let member = team.member(&grace.id);

    let with = admin
        .send(Method::PUT, &member, None, &[("if-match", "\"1\"")])
        .await;
    assert_eq!(with.header("etag"), "\"2\"");
    assert_eq!(with.is(StatusCode::OK)["members"], json!([grace.id]));
    let again = admin.put(&member, json!({})).await;
    assert!(
        again
            .header("consistency-token")
            .starts_with("customer-service=")
    );
    assert_eq!(
        again.is(StatusCode::OK)["version"],
        2,
        "nothing was changed"
    );

    let at = team.at(&tower);
    let roles = json!({ "roles": ["SECURITY_SYSTEM_ARMER", "SECURITY_SYSTEM_VIEWER"] });
    let with = admin.put(&at, roles).await.is(StatusCode::OK);
    assert_eq!(
        with["roles"],
        json!({ &tower: ["SECURITY_SYSTEM_ARMER", "SECURITY_SYSTEM_VIEWER"] })
    );
    for role in ["CUSTOMER_EMPLOYEE_ADMINISTRATOR", "SECURITY_SYSTEM_OWNER"] {
        admin
            .put(&at, json!({ "roles": [role] }))
            .await
            .names("roles[0]");
    }
    let renamed = admin
        .put(&team.path, json!({ "name": "Night Shift" }))
        .await
        .is(StatusCode::OK);
    assert_eq!(
        (&renamed["name"], &renamed["version"]),
        (&json!("Night Shift"), &json!(4))
    );
    assert_eq!(admin.get(&team.path).await.is(StatusCode::OK), renamed);
    let list = admin
        .get(&format!("{}/teams", customer.path))
        .await
        .is(StatusCode::OK);
    assert_eq!(list, json!({ "items": [renamed], "nextPage": null }));

    let without = admin.delete(&at).await.is(StatusCode::OK);
    assert_eq!(without["roles"], json!({}));
    let without = admin.delete(&member).await.is(StatusCode::OK);
    assert_eq!(without["members"], json!([]));
    admin.delete(&member).await.fails(404, "not-found");
    let stale = admin
        .send(Method::DELETE, &team.path, None, &[("if-match", "\"1\"")])
        .await;
    stale.fails(412, "precondition-failed");
    admin.delete(&team.path).await.is(StatusCode::NO_CONTENT);
    admin.get(&team.path).await.fails(404, "not-found");
}

#[tokio::test]
async fn with_an_employment_ends_the_membership() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let grace = world
        .hire(&customer, "grace@blue-harbor.example", &[])
        .await;
    let team = world.team(&customer, "Night Watch").await;
    admin
        .put(&team.member(&grace.id), json!({}))
        .await
        .is(StatusCode::OK);
    admin.delete(&grace.path).await.is(StatusCode::NO_CONTENT);
    let team = admin.get(&team.path).await.is(StatusCode::OK);
    assert_eq!(
        (&team["members"], &team["version"]),
        (&json!([]), &json!(3))
    );
}

#[tokio::test]
async fn a_team_has_a_limit() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let grace = world
        .hire(&customer, "grace@blue-harbor.example", &[])
        .await;
    let team = world.team(&customer, "Night Watch").await;
    let one_more = world.location(&customer, "One More").await;
    fill(&world, &customer.id, &team.id).await;
    let full = admin.put(&team.member(&grace.id), json!({})).await;
    full.fails(409, "limit-reached");
    let at = team.at(&one_more);
    let armer = json!({ "roles": ["SECURITY_SYSTEM_ARMER"] });
    admin.put(&at, armer).await.fails(409, "limit-reached");
    admin
        .put(&at, json!({ "roles": [] }))
        .await
        .is(StatusCode::OK);
    let read = admin
        .put(&team.path, json!({ "name": "Full" }))
        .await
        .is(StatusCode::OK);
    assert_eq!(read["members"].as_array().unwrap().len(), 1000);
    assert_eq!(read["roles"].as_object().unwrap().len(), 1000);
}

#[tokio::test]
async fn a_member_belongs_to_so_many_teams() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let admin = world.as_user(customer.admin);
    let grace = world.hire(&customer, "grace@example.org", &[]).await;
    let mut join = Vec::new();
    for number in 0..=20 {
        let team = world.team(&customer, &format!("Team {number}")).await;
        join.push(team.member(&grace.id));
    }
    for member in &join[..20] {
        admin.put(member, json!({})).await.is(StatusCode::OK);
    }
    let enough = admin.put(&join[20], json!({})).await;
    enough.fails(409, "limit-reached");
    let again = admin.put(&join[0], json!({})).await;
    assert_eq!(
        again.is(StatusCode::OK)["version"],
        2,
        "is a member already"
    );
    admin.delete(&join[0]).await.is(StatusCode::OK);
    admin.put(&join[20], json!({})).await.is(StatusCode::OK);
}

/// A thousand members and locations, as a thousand requests would make them.
async fn fill(world: &World, customer: &str, team: &str) {
    let mut tx = world.pool().begin().await.unwrap();
    for statement in [
        "INSERT INTO employment (id, organization_id, user_id, name, administrator, roles)
         SELECT gen_random_uuid(), $1::uuid, gen_random_uuid(), 'Somebody', false, '[]' FROM generate_series(1, 1000)",
        "INSERT INTO location (id, customer_id, name)
         SELECT gen_random_uuid(), $1::uuid, 'Somewhere' FROM generate_series(1, 1000)",
    ] {
        sqlx::query(statement).bind(customer).execute(&mut *tx).await.unwrap();
    }
    for statement in [
        "INSERT INTO team_member (organization_id, team_id, employee_id)
         SELECT organization_id, $2::uuid, id FROM employment WHERE organization_id = $1::uuid AND name = 'Somebody'",
        "INSERT INTO team_location (organization_id, team_id, location_id, roles)
         SELECT customer_id, $2::uuid, id, '[\"SECURITY_SYSTEM_ARMER\", \"SECURITY_SYSTEM_DISARMER\", \"SECURITY_SYSTEM_VIEWER\"]'
           FROM location WHERE customer_id = $1::uuid AND name = 'Somewhere'",
    ] {
        sqlx::query(statement).bind(customer).bind(team).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}
