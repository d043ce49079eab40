//! What is another tenant's, and what is nobody's, look the same.

use testkit::organizations::masking::{self, NOBODY};

use crate::world::World;

#[tokio::test]
async fn foreign_ids_and_ids_of_nobody_are_the_same() {
    let world = World::start().await;
    let (ours, theirs) = (
        world.provider("Watchtower").await,
        world.provider("Lighthouse").await,
    );
    let foreign = masking::ids(&world, &theirs, NOBODY).await;
    masking::foreign_ids_and_ids_of_nobody_are_the_same(&world, &ours, foreign).await;
}
