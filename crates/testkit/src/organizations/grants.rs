//! What an organization grants to its people and teams.

use axum::http::StatusCode;
use serde_json::json;

use super::World;

/// A location, of whomever.
const ANYWHERE: &str = "0198c5a0-0000-7000-8000-0000000000f1";

/// Only roles of its own kind can be granted, and these not to be: other kinds' and application
/// roles.
pub async fn roles_are_those_of_the_kind(world: &World, others: &[&str]) {
    let organization = world.organization("Keystone").await;
    let admin = world.as_user(organization.admin);
    let roles = ["SECURITY_SYSTEM_ARMER"];
    let grace = world.hire(&organization, "grace@example.org", &roles).await;
    let path = format!("{}/roles", grace.path);
    let roles = json!([world.service.administrator, "SECURITY_SYSTEM_DISARMER"]);
    let changed = admin.put(&path, json!({ "roles": roles })).await;
    let changed = changed.is(StatusCode::OK);
    assert_eq!(
        (&changed["roles"], &changed["locationRoles"]),
        (&roles, &json!({}))
    );
    for role in others {
        let body = json!({ "roles": [role] });
        admin.put(&path, body).await.names("roles[0]");
    }
}

/// A kind that owns no locations: its people hold roles at none, its teams at any.
pub async fn only_teams_hold_roles_at_locations(world: &World) {
    let organization = world.organization("Keystone").await;
    let admin = world.as_user(organization.admin);
    let grace = world.hire(&organization, "grace@example.org", &[]).await;
    let roles = json!({ "locationRoles": { ANYWHERE: ["SECURITY_SYSTEM_ARMER"] } });
    let at = format!("{}/location-roles", grace.path);
    admin.put(&at, roles).await.fails(404, "not-found");

    let team = world.team(&organization, "Installers").await;
    let at = team.at(ANYWHERE);
    let roles = json!({ "roles": ["SECURITY_SYSTEM_DISARMER"] });
    let with = admin.put(&at, roles).await.is(StatusCode::OK);
    assert_eq!(
        with["roles"],
        json!({ ANYWHERE: ["SECURITY_SYSTEM_DISARMER"] })
    );
    let without = admin.delete(&at).await.is(StatusCode::OK);
    assert_eq!(without["roles"], json!({}));
}
