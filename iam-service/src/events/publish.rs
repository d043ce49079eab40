//! Users and sessions, in the published language.

use iam_events::{SessionState, UserState, session, user};
use outbox::Message;

use crate::domain::session::Session;
use crate::domain::user::{ApplicationRole, User};

/// A user as it is now.
///
/// # Errors
///
/// When the state has no JSON form.
pub fn user_changed(of: &User) -> serde_json::Result<Message> {
    let state = UserState {
        user_id: of.id,
        name: of.name.as_str().to_owned(),
        roles: of.roles.iter().copied().map(role).collect(),
        active: true,
    };
    Ok(Message::changed(user::AGGREGATE, of.id, of.version, user::CHANGED, &state)?.users([of.id]))
}

/// A user who is gone.
#[must_use]
pub fn user_removed(of: &User) -> Message {
    Message::removed(user::AGGREGATE, of.id, of.version + 1, user::REMOVED).users([of.id])
}

/// A session that began.
///
/// # Errors
///
/// When the state has no JSON form.
pub fn session_started(of: &Session) -> serde_json::Result<Message> {
    session_state(of, 1, false)
}

/// A session that ended.
///
/// # Errors
///
/// When the state has no JSON form.
pub fn session_ended(of: &Session) -> serde_json::Result<Message> {
    session_state(of, 2, true)
}

fn session_state(of: &Session, version: i64, ended: bool) -> serde_json::Result<Message> {
    let state = SessionState {
        sid: of.id.as_uuid(),
        user_id: of.user,
        ended,
    };
    let message = Message::changed(
        session::AGGREGATE,
        of.id.as_uuid(),
        version,
        session::CHANGED,
        &state,
    )?;
    Ok(message.users([of.user]))
}

fn role(role: ApplicationRole) -> iam_events::ApplicationRole {
    match role {
        ApplicationRole::Administrator => iam_events::ApplicationRole::RealguardioAdministrator,
        ApplicationRole::DealerAdministrator => {
            iam_events::ApplicationRole::RealguardioDealerAdministrator
        }
        ApplicationRole::PolicyAdministrator => {
            iam_events::ApplicationRole::RealguardioPolicyAdministrator
        }
    }
}
