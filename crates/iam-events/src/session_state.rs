use access::UserId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A person's signed-in session, over all the applications that share it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionState {
    /// Which session: the `sid` of its tokens.
    pub sid: Uuid,
    /// Who signed in.
    pub user_id: UserId,
    /// Whether it has ended: signed out, or revoked. Its tokens are good for nothing then.
    pub ended: bool,
}
