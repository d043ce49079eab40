//! Every version of every state that was ever published can be read, and the newest is written so.

use iam_events::{SessionState, UserState};
use testkit::golden::{golden, must_say};

#[test]
fn user() {
    let user: UserState = golden(include_str!("../../golden/user.v1.json"));
    assert_eq!(user.roles.len(), 3);
}

#[test]
fn session() {
    let session: SessionState = golden(include_str!("../../golden/session.v1.json"));
    assert!(session.ended);
}

/// A session that fails to say whether it has ended must not be taken for one that lasts.
#[test]
fn the_end_of_a_session_must_be_said() {
    must_say::<SessionState>(include_str!("../../golden/session.v1.json"), "ended");
}
