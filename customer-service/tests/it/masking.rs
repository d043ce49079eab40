//! What is another tenant's, and what is nobody's, look the same.

use axum::http::StatusCode;
use serde_json::json;
use testkit::organizations::masking::{self, Ids, NOBODY};

use crate::world::{Customer, World};

#[tokio::test]
async fn foreign_ids_and_ids_of_nobody_are_the_same() {
    let (world, ours, foreign) = two_customers().await;
    masking::foreign_ids_and_ids_of_nobody_are_the_same(&world, &ours, foreign).await;
}

/// Ours, and what can stand in a path of theirs.
async fn two_customers() -> (World, Customer, Ids) {
    let world = World::start().await;
    let ours = world.customer("Blue Harbor").await;
    let theirs = world.customer("Cedar Hill").await;
    let tower = world.location(&theirs, "Harbor Tower").await;
    let foreign = masking::ids(&world, &theirs, &tower).await;
    (world, ours, foreign)
}

#[tokio::test]
async fn foreign_things_have_no_place_in_ones_own_team() {
    let (world, ours, foreign) = two_customers().await;
    let team = world.team(&ours, "Night Watch").await;
    let admin = world.as_user(ours.admin);
    let armer = json!({ "roles": ["SECURITY_SYSTEM_ARMER"] });
    for (employee, location) in [
        (
            foreign["employeeId"].as_str(),
            foreign["locationId"].as_str(),
        ),
        (NOBODY, NOBODY),
    ] {
        let member = team.member(employee);
        admin.put(&member, json!({})).await.fails(404, "not-found");
        admin.delete(&member).await.fails(404, "not-found");
        let roles = team.at(location);
        admin
            .put(&roles, armer.clone())
            .await
            .fails(404, "not-found");
        let same = admin.delete(&roles).await.is(StatusCode::OK);
        assert_eq!(same["version"], 1, "there was nothing to take away");
    }
}

#[tokio::test]
async fn who_creates_customers_is_no_member_of_them() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let platform = world.platform();
    platform.get(&customer.path).await.is(StatusCode::OK);
    for list in ["employees", "locations", "teams"] {
        let hidden = platform.get(&format!("{}/{list}", customer.path)).await;
        hidden.fails(404, "not-found");
    }
}
