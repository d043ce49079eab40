//! Turns: some at once, some in line, and nobody in the way of others.

use chassis::turns::{Crowded, Turns};
use futures::FutureExt as _;

#[tokio::test]
async fn some_have_their_turn_some_wait_and_the_rest_is_sent_away() {
    let turns = Turns::new(2, 3);
    let first = turns.take("ada").await.unwrap();
    let _second = turns.take("ada").await.unwrap();
    let mut third = Box::pin(turns.take("ada"));
    assert!((&mut third).now_or_never().is_none(), "waits");
    let fourth = turns.take("ada").now_or_never().unwrap();
    assert_eq!(fourth.unwrap_err(), Crowded);
    assert!(
        turns.take("ben").await.is_ok(),
        "others have lines of their own"
    );

    drop(first);
    assert!(third.await.is_ok());
    assert!(turns.take("ada").await.is_ok(), "both have had their turn");
}

#[tokio::test]
async fn who_gives_up_is_in_nobodys_way() {
    let turns = Turns::new(1, 2);
    let first = turns.take("ada").await.unwrap();
    let mut second = Box::pin(turns.take("ada"));
    assert!((&mut second).now_or_never().is_none());
    drop(second);
    let third = turns.take("ada");
    drop(first);
    assert!(third.await.is_ok());
}
