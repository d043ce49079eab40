//! Who is signed in.

use serde::Deserialize;

/// The application role of those who administer RealGuardIO.
const ADMINISTRATOR: &str = "REALGUARDIO_ADMINISTRATOR";

/// The person, as the session knows them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Never changes.
    pub user_id: String,
    /// To show.
    pub name: String,
    /// Application roles; they grant nothing on a system.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Is this a demonstration?
    #[serde(default)]
    pub demo: bool,
}

impl User {
    /// May this person choose which strategy decides? A hint what to offer: the service decides.
    #[must_use]
    pub fn chooses_strategies(&self) -> bool {
        self.demo && self.roles.iter().any(|role| role == ADMINISTRATOR)
    }
}
