//! People and teams, as every kind of organization has them.

use testkit::organizations::{grants, guards, masking::NOBODY};

use crate::world::World;

testkit::guards!(World);

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
async fn nobody_changes_the_roles_of_their_own_team() {
    let world = World::start().await;
    let ours = world.provider("Watchtower").await;
    guards::nobody_changes_the_roles_of_their_own_team(&world, &ours, NOBODY).await;
}
