//! People and teams, as every kind of organization has them.

use testkit::organizations::{grants, guards, masking::NOBODY};

use crate::world::World;

#[tokio::test]
async fn roles_are_those_of_the_kind() {
    let others = [
        "CUSTOMER_EMPLOYEE_ADMINISTRATOR",
        "SECURITY_SYSTEM_DEALER_EMPLOYEE_ADMINISTRATOR",
        "REALGUARDIO_ADMINISTRATOR",
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
async fn nobody_changes_their_own_employment() {
    let world = World::start().await;
    guards::nobody_changes_their_own_employment(&world).await;
}

#[tokio::test]
async fn members_administer_nothing() {
    let world = World::start().await;
    guards::members_administer_nothing(&world).await;
}

#[tokio::test]
async fn a_right_that_was_taken_away_is_gone_at_once() {
    let world = World::start().await;
    guards::a_right_that_was_taken_away_is_gone_at_once(&world).await;
}

#[tokio::test]
async fn two_administrators_cannot_remove_each_other() {
    let world = World::start().await;
    guards::two_administrators_cannot_remove_each_other(&world).await;
}

#[tokio::test]
async fn nobody_changes_the_roles_of_their_own_team() {
    let world = World::start().await;
    let ours = world.provider("Watchtower").await;
    guards::nobody_changes_the_roles_of_their_own_team(&world, &ours, NOBODY).await;
}
