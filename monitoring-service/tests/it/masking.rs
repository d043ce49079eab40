//! What is another tenant's, and what is nobody's, look the same.

use testkit::organizations::{Ids, NOBODY, learn_nothing};

use crate::world::{Provider, World};

/// What can stand in a path.
async fn ids(world: &World, provider: &Provider) -> Ids {
    let email = format!("grace@{}.example", provider.id);
    Ids::from([
        ("monitoringProviderId", provider.id.clone()),
        ("employeeId", world.hire(provider, &email, &[]).await.id),
        ("teamId", world.team(provider, "Operators").await),
        ("locationId", NOBODY.to_owned()),
    ])
}

#[tokio::test]
async fn foreign_ids_and_ids_of_nobody_are_the_same() {
    let world = World::start().await;
    let (ours, theirs) = (
        world.provider("Watchtower").await,
        world.provider("Lighthouse").await,
    );
    let foreign = ids(&world, &theirs).await;
    let nobody: Ids = foreign.keys().map(|name| (*name, NOBODY.into())).collect();
    let below = |mut ids: Ids| {
        ids.insert("monitoringProviderId", ours.id.clone());
        ids
    };
    let cases = [
        below(nobody.clone()),
        below(foreign.clone()),
        nobody,
        foreign,
    ];
    let stranger = world.as_user(ours.admin);
    let asked = learn_nothing(&world, &stranger, &ours.id, &cases).await;
    assert!(asked > 50, "{asked}");
}
