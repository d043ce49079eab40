//! What is another tenant's, and what is nobody's, look the same.

use testkit::organizations::{Ids, NOBODY, learn_nothing};

use crate::world::{Dealer, World};

/// What can stand in a path.
async fn ids(world: &World, dealer: &Dealer) -> Ids {
    let email = format!("grace@{}.example", dealer.id);
    Ids::from([
        ("dealerId", dealer.id.clone()),
        ("employeeId", world.hire(dealer, &email, &[]).await.id),
        ("teamId", world.team(dealer, "Installers").await),
        ("locationId", NOBODY.to_owned()),
    ])
}

#[tokio::test]
async fn foreign_ids_and_ids_of_nobody_are_the_same() {
    let world = World::start().await;
    let (ours, theirs) = (
        world.dealer("Keystone").await,
        world.dealer("Lantern").await,
    );
    let foreign = ids(&world, &theirs).await;
    let nobody: Ids = foreign.keys().map(|name| (*name, NOBODY.into())).collect();
    let below = |mut ids: Ids| {
        ids.insert("dealerId", ours.id.clone());
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
    assert!(asked > 60, "{asked}");
}
