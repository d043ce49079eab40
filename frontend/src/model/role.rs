//! The name of a role.

use std::fmt;

use serde::Deserialize;

/// What the names of all roles on a system begin with.
const SYSTEM: &str = "SECURITY_SYSTEM_";

/// A role as the API names it, shown without the prefix that all of them have.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Role(String);

impl Role {
    /// Lets its holder arm.
    #[must_use]
    pub fn armer() -> Self {
        Self(format!("{SYSTEM}ARMER"))
    }

    /// Lets its holder disarm, and acknowledge.
    #[must_use]
    pub fn disarmer() -> Self {
        Self(format!("{SYSTEM}DISARMER"))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.strip_prefix(SYSTEM).unwrap_or(&self.0))
    }
}
