use std::collections::BTreeSet;

use access::UserId;
use serde::{Deserialize, Serialize};

/// A person who can sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserState {
    /// Which person.
    pub user_id: UserId,
    /// Their name, for others to display.
    pub name: String,
    /// Application roles that an administrator has granted. They neither grant nor gate anything on a
    /// system. Those that follow from employments are in tokens only: who needs them has the
    /// employments' own events.
    pub roles: BTreeSet<ApplicationRole>,
    /// Whether the person may sign in.
    pub active: bool,
}

/// A granted role in the application as a whole, as it stands in the token's claim `roles`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ApplicationRole {
    /// Creates customers and monitoring providers, and grants `REALGUARDIO_*` roles.
    RealguardioAdministrator,
    /// Onboards dealers.
    RealguardioDealerAdministrator,
    /// Writes and approves policies.
    RealguardioPolicyAdministrator,
}
