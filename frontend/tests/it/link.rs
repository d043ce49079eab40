use frontend::model::link::{Connection, Link};
use frontend::model::moment::Moment;

fn at(seconds: i64) -> Moment {
    Moment::from_millis(seconds * 1_000)
}

/// Opened and read at second 0.
fn live() -> Link {
    let mut link = Link::default();
    link.opened(at(0));
    link.read(link.era(), at(0), at(0));
    link
}

#[test]
fn live_only_after_reading_what_was_missed() {
    let mut link = Link::default();
    assert_eq!(link.connection(), Connection::Connecting);
    link.opened(at(1));
    link.fresh(at(1));
    assert_eq!(link.updated(), None);
    assert_eq!(
        link.connection(),
        Connection::Connecting,
        "subscribed, but nothing is known yet"
    );
    let era = link.era();
    link.read(era, at(2), at(2));
    assert_eq!(link.connection(), Connection::Live);
    assert_eq!(link.updated(), Some(at(2)));
}

#[test]
fn a_stream_that_comes_to_its_end_and_back_is_not_stale() {
    let mut link = live();
    let wait = link.broken(at(180), 1.0);
    assert_eq!(wait, 200);
    assert_eq!(link.connection(), Connection::Live);
    link.opened(at(181));
    link.read(link.era(), at(181), at(181));
    link.overdue();
    assert_eq!(link.connection(), Connection::Live);
}

#[test]
fn a_stream_that_was_closed_is_not_live_for_long() {
    let mut link = live();
    link.closed();
    assert_eq!(link.era(), None);
    link.overdue();
    assert_eq!(link.connection(), Connection::Stale);
}

#[test]
fn a_stream_that_does_not_come_back_in_time_is_stale() {
    let mut link = live();
    link.broken(at(180), 1.0);
    link.overdue();
    assert_eq!(link.connection(), Connection::Stale);

    let mut unread = live();
    unread.broken(at(180), 1.0);
    unread.opened(at(181));
    unread.overdue();
    assert_eq!(
        unread.connection(),
        Connection::Stale,
        "it stands, but what was missed has not been read"
    );

    let mut refused = live();
    refused.broken(at(180), 1.0);
    refused.broken(at(180), 1.0);
    assert_eq!(
        refused.connection(),
        Connection::Stale,
        "no need to wait any longer"
    );
}

#[test]
fn stale_until_read_again() {
    let mut link = live();
    link.broken(at(1), 0.0);
    assert_eq!(link.connection(), Connection::Stale);
    link.read(link.era(), at(2), at(2));
    assert_eq!(
        link.connection(),
        Connection::Stale,
        "read, but nobody tells of the next change"
    );
    assert_eq!(link.updated(), Some(at(2)));
    link.opened(at(3));
    link.read(link.era(), at(4), at(4));
    assert_eq!(link.connection(), Connection::Live);
}

#[test]
fn a_reading_from_before_a_break_proves_nothing() {
    let mut link = Link::default();
    link.opened(at(0));
    let before = link.era();
    link.broken(at(1), 0.0);
    link.opened(at(2));
    link.read(before, at(3), at(3));
    assert_eq!(link.connection(), Connection::Stale);
}

#[test]
fn the_server_may_be_behind_and_catch_up() {
    let mut link = live();
    link.behind();
    link.read(link.era(), at(1), at(1));
    assert_eq!(
        link.connection(),
        Connection::Stale,
        "only the server knows what it has missed"
    );
    link.fresh(at(2));
    assert_eq!(link.connection(), Connection::Live);
    assert_eq!(link.updated(), Some(at(2)), "and what is shown is so now");
    link.broken(at(1), 0.0);
    link.fresh(at(1));
    assert_eq!(
        link.connection(),
        Connection::Stale,
        "a stream that is down tells nothing"
    );
}

#[test]
fn without_a_network_nothing_is_current() {
    let mut link = live();
    link.cut_off();
    assert_eq!(link.connection(), Connection::Stale);
    link.fresh(at(1));
    assert_eq!(link.connection(), Connection::Stale);
    link.read(link.era(), at(1), at(1));
    assert_eq!(link.connection(), Connection::Live);
}

#[test]
fn waits_longer_each_time_but_not_for_ever() {
    let mut link = Link::default();
    let waits: Vec<u32> = (0..8).map(|_| link.broken(at(0), 1.0)).collect();
    assert_eq!(
        waits,
        [200, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]
    );
    link.opened(at(0));
    assert_eq!(link.broken(at(1), 1.0), 15_000, "it did not stand for long");
    link.opened(at(1));
    assert_eq!(
        link.broken(at(60), 0.0),
        100,
        "and from the beginning once it did"
    );
    for _ in 0..100 {
        assert!(link.broken(at(60), 1.0) <= 15_000);
    }
}

#[test]
fn a_reading_that_fails_makes_it_stale() {
    let mut link = live();
    assert_eq!(link.unread(1.0), 200);
    assert_eq!(link.unread(1.0), 1_000);
    assert_eq!(link.connection(), Connection::Stale);
    link.read(link.era(), at(1), at(1));
    assert_eq!(link.connection(), Connection::Live);
}

#[test]
fn a_reading_is_as_old_as_what_it_rests_on() {
    let mut link = live();
    link.behind();
    link.read(link.era(), at(20), at(100));
    assert_eq!(link.updated(), Some(at(20)));
    link.heard(at(101));
    assert_eq!(
        link.updated(),
        Some(at(20)),
        "one change confirms nothing of the others"
    );
}

#[test]
fn a_stream_on_which_nobody_says_anything_is_none() {
    let mut link = live();
    assert!(!link.is_silent(at(2)));
    assert!(link.is_silent(at(3)));
    link.beat(at(3));
    assert!(!link.is_silent(at(5)));
    link.broken(at(5), 1.0);
    assert!(link.is_down());
    assert!(
        !link.is_silent(at(60)),
        "nobody is expected to say anything"
    );
}
