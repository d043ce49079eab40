//! People and teams, as customers have them: one walk through what is shared, and what differs.

use axum::http::StatusCode;
use serde_json::json;

use crate::world::{ADMINISTRATOR, World};

const ANYWHERE: &str = "0198c5a0-0000-7000-8000-0000000000f1";

#[tokio::test]
async fn roles_are_those_of_dealers() {
    let world = World::start().await;
    let dealer = world.dealer("Keystone").await;
    let admin = world.as_user(dealer.admin);
    let grace = world
        .hire(&dealer, "grace@example.org", &["SECURITY_SYSTEM_ARMER"])
        .await;
    let path = format!("{}/roles", grace.path);
    let roles = json!([ADMINISTRATOR, "SECURITY_SYSTEM_DISARMER"]);
    let changed = admin.put(&path, json!({ "roles": roles })).await;
    let changed = changed.is(StatusCode::OK);
    assert_eq!(
        (&changed["roles"], &changed["locationRoles"]),
        (&roles, &json!({}))
    );
    for role in [
        "CUSTOMER_EMPLOYEE_ADMINISTRATOR",
        "MONITORING_PROVIDER_EMPLOYEE_ADMINISTRATOR",
        "REALGUARDIO_DEALER_ADMINISTRATOR",
    ] {
        admin
            .put(&path, json!({ "roles": [role] }))
            .await
            .names("roles[0]");
    }
    let at = json!({ "locationRoles": { ANYWHERE: ["SECURITY_SYSTEM_ARMER"] } });
    admin
        .put(&format!("{}/location-roles", grace.path), at)
        .await
        .fails(404, "not-found");
}

#[tokio::test]
async fn teams_may_hold_roles_at_any_location() {
    let world = World::start().await;
    let dealer = world.dealer("Keystone").await;
    let admin = world.as_user(dealer.admin);
    let team = format!(
        "{}/teams/{}",
        dealer.path,
        world.team(&dealer, "Installers").await
    );
    let at = format!("{team}/roles/{ANYWHERE}");
    let roles = json!({ "roles": ["SECURITY_SYSTEM_DISARMER"] });
    let with = admin.put(&at, roles).await.is(StatusCode::OK);
    assert_eq!(
        with["roles"],
        json!({ ANYWHERE: ["SECURITY_SYSTEM_DISARMER"] })
    );
    let without = admin.delete(&at).await.is(StatusCode::OK);
    assert_eq!(without["roles"], json!({}));
}

#[tokio::test]
async fn nobody_decides_about_themselves() {
    let world = World::start().await;
    let dealer = world.dealer("Keystone").await;
    let admin = world.as_user(dealer.admin);
    let own = format!("{}/employees/{}", dealer.path, dealer.admin_employee);
    let roles = json!({ "roles": [ADMINISTRATOR, "SECURITY_SYSTEM_DISARMER"] });
    admin
        .put(&format!("{own}/roles"), roles)
        .await
        .fails(403, "own-grants");
    admin.delete(&own).await.fails(403, "own-grants");
    let team = world.team(&dealer, "Installers").await;
    let member = format!(
        "{}/teams/{team}/members/{}",
        dealer.path, dealer.admin_employee
    );
    admin.put(&member, json!({})).await.fails(403, "own-grants");
}

#[tokio::test]
async fn a_right_that_was_taken_away_is_gone_at_once() {
    let world = World::start().await;
    let dealer = world.dealer("Keystone").await;
    let first = world.as_user(dealer.admin);
    let second = world
        .hire(&dealer, "second@example.org", &[ADMINISTRATOR])
        .await;
    let administrator = world.as_user(second.user);
    let provider = format!("{}/monitoring-provider", dealer.path);
    let appoint = json!({ "monitoringProviderId": ANYWHERE });
    administrator
        .put(&provider, appoint.clone())
        .await
        .is(StatusCode::OK);
    first
        .put(&format!("{}/roles", second.path), json!({ "roles": [] }))
        .await
        .is(StatusCode::OK);
    administrator
        .put(&provider, appoint.clone())
        .await
        .fails(403, "not-an-administrator");
    first.delete(&second.path).await.is(StatusCode::NO_CONTENT);
    administrator
        .put(&provider, appoint)
        .await
        .fails(404, "not-found");
}

#[tokio::test]
async fn two_administrators_cannot_remove_each_other() {
    let world = World::start().await;
    for round in 0..4 {
        let dealer = world.dealer(&format!("Dealer {round}")).await;
        let email = format!("second-{round}@example.org");
        let second = world.hire(&dealer, &email, &[ADMINISTRATOR]).await;
        let first = format!("{}/employees/{}", dealer.path, dealer.admin_employee);
        let (one, other) = (world.as_user(dealer.admin), world.as_user(second.user));
        let (a, b) = tokio::join!(one.delete(&second.path), other.delete(&first));
        let done = [&a, &b].iter().filter(|it| it.status.is_success()).count();
        assert_eq!(done, 1, "{} {}", a.status, b.status);
    }
}
