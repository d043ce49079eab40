//! The ways in which a role reaches a system.

use serde::Deserialize;

use super::system::Named;

/// Through what a role is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Path {
    /// Held at the system's location.
    Location,
    /// Held at the customer.
    Customer,
    /// Held at the appointed dealer.
    Dealer,
    /// Held at the dealer's monitoring provider.
    Provider,
    /// Held by a team.
    Team,
}

impl Path {
    /// "at the dealer Keystone Security"
    #[must_use]
    pub fn to(self, at: &Named) -> String {
        let way = match self {
            Self::Location => "at the location",
            Self::Customer => "at the customer",
            Self::Dealer => "at the dealer",
            Self::Provider => "at the monitoring provider",
            Self::Team => "through the team",
        };
        format!("{way} {}", at.name)
    }
}
