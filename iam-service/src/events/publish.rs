//! Users, in the published language.
//!
//! A session is an aggregate of this service too, and nobody is told of it: see [`iam_events::session`].

use iam_events::{UserState, user};
use outbox::Message;

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
