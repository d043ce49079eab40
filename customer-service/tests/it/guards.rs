//! Nobody decides about themselves, and the last administrator stays.

use axum::http::StatusCode;
use serde_json::json;
use testkit::organizations::guards;

use crate::world::World;

testkit::guards!(World);

#[tokio::test]
async fn nobody_changes_what_they_hold_at_locations() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let tower = world.location(&customer, "Harbor Tower").await;
    let own = customer.employee(&customer.admin_employee);
    let roles = json!({ "locationRoles": { tower: ["SECURITY_SYSTEM_ARMER"] } });
    let admin = world.as_user(customer.admin);
    let changed = admin.put(&format!("{own}/location-roles"), roles).await;
    changed.fails(403, "own-grants");
}

#[tokio::test]
async fn nobody_changes_the_roles_of_their_own_team() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let tower = world.location(&customer, "Harbor Tower").await;
    guards::nobody_changes_the_roles_of_their_own_team(&world, &customer, &tower).await;
}

#[tokio::test]
async fn members_see_locations_and_make_none() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let grace = world.hire(&customer, "grace@example.org", &[]).await;
    let member = world.as_user(grace.user);
    let locations = format!("{}/locations", customer.path);
    member.get(&locations).await.is(StatusCode::OK);
    let made = member.post(&locations, json!({ "name": "L" })).await;
    made.fails(403, "not-an-administrator");
}
