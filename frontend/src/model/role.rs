//! The name of a role.

use std::fmt;

use serde::Deserialize;

/// A role as the API names it, shown without the prefix that all of them have.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Role(String);

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.strip_prefix("SECURITY_SYSTEM_").unwrap_or(&self.0))
    }
}
