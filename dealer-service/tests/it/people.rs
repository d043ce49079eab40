//! People and teams, as every kind of organization has them.

use axum::http::StatusCode;
use serde_json::json;
use testkit::organizations::{grants, guards, masking::NOBODY};

use crate::world::World;

testkit::guards!(World);

#[tokio::test]
async fn roles_are_those_of_the_kind() {
    let others = [
        "CUSTOMER_EMPLOYEE_ADMINISTRATOR",
        "MONITORING_PROVIDER_EMPLOYEE_ADMINISTRATOR",
        "REALGUARDIO_DEALER_ADMINISTRATOR",
    ];
    let world = World::start().await;
    grants::roles_are_those_of_the_kind(&world, &others).await;
}

#[tokio::test]
async fn only_teams_hold_roles_at_locations() {
    let world = World::start().await;
    grants::only_teams_hold_roles_at_locations(&world).await;
}

#[tokio::test]
async fn an_organization_employs_so_many_people() {
    let world = World::start().await;
    let dealer = world.dealer("Keystone").await;
    let admin = world.as_user(dealer.admin);
    let filled = sqlx::query(
        "INSERT INTO employment (id, organization_id, user_id, name, administrator, roles)
         SELECT gen_random_uuid(), $1::uuid, gen_random_uuid(), 'Somebody', false, '[]' FROM generate_series(1, 9998)",
    );
    let filled = filled.bind(&dealer.id).execute(world.pool()).await;
    filled.unwrap();
    let last = world.hire(&dealer, "grace@keystone.example", &[]).await;
    let people = format!("{}/employees", dealer.path);
    let one_more = json!({ "email": "linus@keystone.example", "name": "Linus" });
    let enough = admin.post(&people, one_more.clone()).await;
    enough.fails(409, "limit-reached");
    admin.delete(&last.path).await.is(StatusCode::NO_CONTENT);
    let hired = admin.post(&people, one_more).await;
    hired.is(StatusCode::CREATED);
}

/// Where locations are not kept, nobody says that there are none of these.
#[tokio::test]
async fn an_organization_has_so_many_teams_with_so_many_roles() {
    let world = World::start().await;
    let dealer = world.dealer("Keystone").await;
    let admin = world.as_user(dealer.admin);
    let team = world.team(&dealer, "Installers").await;
    let fill = async |statement| {
        let filled = sqlx::query(statement)
            .bind(&dealer.id)
            .execute(world.pool());
        filled.await.unwrap();
    };
    fill(
        "INSERT INTO team (id, organization_id, name) SELECT gen_random_uuid(), $1::uuid, 'Another' FROM generate_series(1, 498)",
    )
    .await;
    let teams = format!("{}/teams", dealer.path);
    let one_more = json!({ "name": "One More" });
    admin
        .post(&teams, one_more.clone())
        .await
        .is(StatusCode::CREATED);
    admin
        .post(&teams, one_more)
        .await
        .fails(409, "limit-reached");

    fill(
        r#"INSERT INTO team_location (organization_id, team_id, location_id, roles)
           SELECT $1::uuid, id, gen_random_uuid(), '["SECURITY_SYSTEM_ARMER"]' FROM (
               SELECT id, row_number() OVER () FROM team WHERE organization_id = $1::uuid AND name = 'Another' LIMIT 100
           ) team CROSS JOIN generate_series(1, 100)"#,
    )
    .await;
    let armer = json!({ "roles": ["SECURITY_SYSTEM_ARMER"] });
    let at = team.at(NOBODY);
    admin.put(&at, armer).await.fails(409, "limit-reached");
    fill(
        "DELETE FROM team_location WHERE ctid = (SELECT ctid FROM team_location WHERE organization_id = $1::uuid LIMIT 1)",
    )
    .await;
    let armer = json!({ "roles": ["SECURITY_SYSTEM_ARMER"] });
    admin.put(&at, armer).await.is(StatusCode::OK);
    // Who holds something there already is not one more.
    let viewer = json!({ "roles": ["SECURITY_SYSTEM_VIEWER"] });
    admin.put(&at, viewer).await.is(StatusCode::OK);
}

#[tokio::test]
async fn nobody_changes_the_roles_of_their_own_team() {
    let world = World::start().await;
    let ours = world.dealer("Keystone").await;
    guards::nobody_changes_the_roles_of_their_own_team(&world, &ours, NOBODY).await;
}
