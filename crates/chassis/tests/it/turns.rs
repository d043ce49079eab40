//! Turns: some at once, some in line, and nobody in the way of others.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

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

/// A name that tells how many remember it.
struct Remembered {
    number: u32,
    _by: Arc<()>,
}

impl PartialEq for Remembered {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Remembered {}

impl Hash for Remembered {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

#[tokio::test]
async fn who_has_left_is_forgotten() {
    let turns = Turns::new(1, 1);
    let remembered = Arc::new(());
    let name = |number| Remembered {
        number,
        _by: Arc::clone(&remembered),
    };
    let stays = turns.take(name(0)).await.unwrap();
    for n in 1..1_000 {
        drop(turns.take(name(n)).await.unwrap());
    }
    assert!(Arc::strong_count(&remembered) < 10);
    let again = turns.take(name(0)).now_or_never().unwrap();
    assert_eq!(again.unwrap_err(), Crowded, "who stays is not");
    drop(stays);
}
