//! What is another tenant's, and what is nobody's, look the same.

use axum::http::StatusCode;
use serde_json::json;
use testkit::organizations::{Ids, NOBODY, learn_nothing};

use crate::world::{Customer, World};

/// What can stand in a path.
async fn ids(world: &World, customer: &Customer) -> Ids {
    let email = format!("grace@{}.example", customer.id);
    Ids::from([
        ("customerId", customer.id.clone()),
        ("employeeId", world.hire(customer, &email, &[]).await.id),
        ("teamId", world.team(customer, "Night Watch").await),
        ("locationId", world.location(customer, "Harbor Tower").await),
    ])
}

/// These, below that customer.
fn below(mut ids: Ids, customer: &str) -> Ids {
    ids.insert("customerId", customer.to_owned());
    ids
}

fn all(ids: &Ids, id: &str) -> Ids {
    ids.keys().map(|name| (*name, id.to_owned())).collect()
}

#[tokio::test]
async fn foreign_ids_and_ids_of_nobody_are_the_same() {
    let world = World::start().await;
    let (ours, theirs) = (
        world.customer("Blue Harbor").await,
        world.customer("Cedar Hill").await,
    );
    let foreign = ids(&world, &theirs).await;
    let (nobody, none) = (all(&foreign, NOBODY), all(&foreign, "none"));
    let cases = [
        below(nobody.clone(), &ours.id),
        below(none.clone(), &ours.id),
        below(foreign.clone(), &ours.id),
        nobody,
        none,
        foreign,
    ];
    let users = world.iam.count();
    let stranger = world.as_user(ours.admin);
    let asked = learn_nothing(&world, &stranger, &ours.id, &cases).await;
    assert!(asked > 100, "{asked}");
    assert_eq!(world.iam.count(), users, "strangers make no users");
}

#[tokio::test]
async fn foreign_things_have_no_place_in_ones_own_team() {
    let world = World::start().await;
    let (ours, theirs) = (
        world.customer("Blue Harbor").await,
        world.customer("Cedar Hill").await,
    );
    let foreign = ids(&world, &theirs).await;
    let team = format!(
        "{}/teams/{}",
        ours.path,
        world.team(&ours, "Night Watch").await
    );
    let admin = world.as_user(ours.admin);
    let armer = json!({ "roles": ["SECURITY_SYSTEM_ARMER"] });
    for (employee, location) in [
        (
            foreign["employeeId"].as_str(),
            foreign["locationId"].as_str(),
        ),
        (NOBODY, NOBODY),
    ] {
        let member = format!("{team}/members/{employee}");
        admin.put(&member, json!({})).await.fails(404, "not-found");
        admin.delete(&member).await.fails(404, "not-found");
        let roles = format!("{team}/roles/{location}");
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
