use testkit::organizations::facts;

use crate::world::World;

#[tokio::test]
async fn a_decision_gets_employments_and_the_teams_with_a_role_there() {
    let world = World::start().await;
    facts::a_decision_gets_employments_and_the_teams_with_a_role_there(&world).await;
}

#[tokio::test]
async fn a_user_gets_all_that_they_are_granted_in_parts() {
    let world = World::start().await;
    facts::a_user_gets_all_that_they_are_granted_in_parts(&world).await;
}

#[tokio::test]
async fn who_administers_an_organization_is_told() {
    let world = World::start().await;
    facts::who_administers_an_organization_is_told(&world).await;
}

#[tokio::test]
async fn facts_are_for_clients_with_the_scope_and_as_fresh_as_asked_for() {
    let world = World::start().await;
    facts::facts_are_for_clients_with_the_scope_and_as_fresh_as_asked_for(&world, &[]).await;
}
