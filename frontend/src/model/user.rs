//! Who is signed in.

use serde::Deserialize;

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
