//! What is another tenant's, and what is nobody's, look the same.

use testkit::organizations::masking::{self, NOBODY};

use crate::world::World;

#[tokio::test]
async fn foreign_ids_and_ids_of_nobody_are_the_same() {
    let world = World::start().await;
    let (ours, theirs) = (
        world.dealer("Keystone").await,
        world.dealer("Lantern").await,
    );
    let foreign = masking::ids(&world, &theirs, NOBODY).await;
    masking::foreign_ids_and_ids_of_nobody_are_the_same(&world, &ours, foreign).await;
}
