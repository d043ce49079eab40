//! What iam-service tells the world: the published language of its events.
//!
//! Each event holds the **whole state** of one aggregate as far as others need it, never a change and
//! never a credential. An aggregate that is gone has a tombstone: an event of its `REMOVED` type,
//! without a state.
//!
//! | aggregate | state | says |
//! |---|---|---|
//! | [`user`] | [`UserState`] | a person's name and application roles, and whether they may sign in |
//! | [`session`] | [`SessionState`] | whether a signed-in session still lasts; it is said of none any more |
//!
//! E-mail addresses stay in iam-service: everywhere else a person is a `userId` and a name.
//!
//! A state that was ever published can be read for ever: `golden/` holds one JSON document for each
//! version of each type, and a test reads them all.

mod session_state;
mod user_state;

pub use session_state::SessionState;
pub use user_state::{ApplicationRole, UserState};

/// The stream, and the name of the service that publishes it.
pub const SOURCE: &str = "iam-service";

/// Names for the events of a user.
pub mod user {
    /// The kind of aggregate.
    pub const AGGREGATE: &str = "user";
    /// It has this state.
    pub const CHANGED: &str = "io.realguardio.iam.user.changed.v1";
    /// It is gone.
    pub const REMOVED: &str = "io.realguardio.iam.user.removed.v1";
}

/// Names for the events of a session, which were published once. They are not any more: nobody heard them, since a client
/// is told of the end of a session by back-channel logout, and others by the expiry of a token that lives minutes. But a
/// stream keeps the last event of each aggregate for ever, and there were as many as people ever signed in.
pub mod session {
    /// The kind of aggregate.
    pub const AGGREGATE: &str = "session";
    /// It has this state.
    pub const CHANGED: &str = "io.realguardio.iam.session.changed.v1";
}
