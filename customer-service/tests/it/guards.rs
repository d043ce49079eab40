//! Nobody decides about themselves, and the last administrator stays.

use axum::http::StatusCode;
use serde_json::json;

use crate::world::World;

const ADMINISTRATOR: &str = "CUSTOMER_EMPLOYEE_ADMINISTRATOR";

#[tokio::test]
async fn nobody_changes_their_own_employment() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let location = world.location(&customer, "Harbor Tower").await;
    let team = world.team(&customer, "Night Watch").await;
    let admin = world.as_user(customer.admin);
    let own = format!("{}/employees/{}", customer.path, customer.admin_employee);
    let member = format!(
        "{}/teams/{team}/members/{}",
        customer.path, customer.admin_employee
    );
    let schedule = json!({ "timeZone": "UTC", "windows": [], "exceptions": [] });
    let at = json!({ "locationRoles": { &location: ["SECURITY_SYSTEM_ARMER"] } });

    let roles = json!({ "roles": [ADMINISTRATOR, "SECURITY_SYSTEM_DISARMER"] });
    admin
        .put(&format!("{own}/roles"), roles)
        .await
        .fails(403, "own-grants");
    admin
        .put(&format!("{own}/location-roles"), at)
        .await
        .fails(403, "own-grants");
    admin
        .put(&format!("{own}/schedule"), schedule)
        .await
        .fails(403, "own-grants");
    admin
        .delete(&format!("{own}/schedule"))
        .await
        .fails(403, "own-grants");
    admin
        .put(&own, json!({ "name": "Boss" }))
        .await
        .fails(403, "own-grants");
    admin.delete(&own).await.fails(403, "own-grants");
    admin.put(&member, json!({})).await.fails(403, "own-grants");
    let again = json!({ "email": "admin@blue-harbor.example", "name": "Me" });
    admin
        .post(&format!("{}/employees", customer.path), again)
        .await
        .fails(403, "own-grants");
    assert_eq!(admin.get(&own).await.is(StatusCode::OK)["version"], 1);
}

#[tokio::test]
async fn nobody_changes_the_roles_of_their_own_team() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let location = world.location(&customer, "Harbor Tower").await;
    let team = format!(
        "{}/teams/{}",
        customer.path,
        world.team(&customer, "Night Watch").await
    );
    let second = world
        .hire(&customer, "second@blue-harbor.example", &[ADMINISTRATOR])
        .await;
    let (first, second_admin) = (world.as_user(customer.admin), world.as_user(second.user));
    first
        .put(&format!("{team}/members/{}", second.id), json!({}))
        .await
        .is(StatusCode::OK);

    let roles = json!({ "roles": ["SECURITY_SYSTEM_DISARMER"] });
    let at = format!("{team}/roles/{location}");
    second_admin
        .put(&at, roles.clone())
        .await
        .fails(403, "own-grants");
    second_admin
        .delete(&format!("{team}/members/{}", second.id))
        .await
        .fails(403, "own-grants");
    second_admin.delete(&team).await.fails(403, "own-grants");
    first.put(&at, roles).await.is(StatusCode::OK);
    second_admin.delete(&at).await.fails(403, "own-grants");
    first.delete(&team).await.is(StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn members_administer_nothing() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let grace = world
        .hire(
            &customer,
            "grace@blue-harbor.example",
            &["SECURITY_SYSTEM_DISARMER"],
        )
        .await;
    let team = world.team(&customer, "Night Watch").await;
    let member = world.as_user(grace.user);
    member.get(&customer.path).await.is(StatusCode::OK);
    member
        .get(&format!("{}/locations", customer.path))
        .await
        .is(StatusCode::OK);
    let refused = |path: &str| format!("{}/{path}", customer.path);
    for path in [
        "employees",
        "teams",
        &format!("employees/{}", grace.id),
        &format!("teams/{team}"),
    ] {
        member
            .get(&refused(path))
            .await
            .fails(403, "not-an-administrator");
    }
    let admin_roles = refused(&format!("employees/{}/roles", customer.admin_employee));
    member
        .put(&admin_roles, json!({ "roles": [] }))
        .await
        .fails(403, "not-an-administrator");
    let own_roles = format!("{}/roles", grace.path);
    member
        .put(&own_roles, json!({ "roles": [ADMINISTRATOR] }))
        .await
        .fails(403, "not-an-administrator");
    member
        .post(&refused("teams"), json!({ "name": "T" }))
        .await
        .fails(403, "not-an-administrator");
    member
        .post(&refused("locations"), json!({ "name": "L" }))
        .await
        .fails(403, "not-an-administrator");
}

#[tokio::test]
async fn a_right_that_was_taken_away_is_gone_at_once() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let second = world
        .hire(&customer, "second@blue-harbor.example", &[ADMINISTRATOR])
        .await;
    let path = format!("{}/teams", customer.path);
    let administrator = world.as_user(second.user);
    administrator.get(&path).await.is(StatusCode::OK);
    world
        .as_user(customer.admin)
        .put(&format!("{}/roles", second.path), json!({ "roles": [] }))
        .await
        .is(StatusCode::OK);
    administrator
        .get(&path)
        .await
        .fails(403, "not-an-administrator");
    world
        .as_user(customer.admin)
        .delete(&second.path)
        .await
        .is(StatusCode::NO_CONTENT);
    administrator.get(&path).await.fails(404, "not-found");
}

#[tokio::test]
async fn two_administrators_cannot_remove_each_other() {
    let world = World::start().await;
    for round in 0..8 {
        let customer = world.customer(&format!("Customer {round}")).await;
        let second = world
            .hire(
                &customer,
                &format!("second-{round}@example.org"),
                &[ADMINISTRATOR],
            )
            .await;
        let first = format!("{}/employees/{}", customer.path, customer.admin_employee);
        let (one, other) = (world.as_user(customer.admin), world.as_user(second.user));
        let none = json!({ "roles": [] });
        let (a, b) = if round % 2 == 0 {
            tokio::join!(one.delete(&second.path), other.delete(&first))
        } else {
            let (first, second) = (format!("{first}/roles"), format!("{}/roles", second.path));
            let taken = (one.put(&second, none.clone()), other.put(&first, none));
            tokio::join!(taken.0, taken.1)
        };
        let done = [&a, &b]
            .iter()
            .filter(|answer| answer.status.is_success())
            .count();
        assert_eq!(done, 1, "{} {}", a.status, b.status);
        let refused = if a.status.is_success() { b } else { a };
        assert!([403, 404].contains(&refused.status.as_u16()));
        let administrators: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM employment WHERE administrator AND organization_id = $1::uuid",
        )
        .bind(&customer.id)
        .fetch_one(world.pool())
        .await
        .unwrap();
        assert_eq!(administrators, 1);
    }
}
