//! The three kinds of organization.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{CustomerId, DealerId, ProviderId};

/// An organization that employs people.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(tag = "kind", content = "id", rename_all = "camelCase")]
pub enum Organization {
    /// Owns locations.
    Customer(CustomerId),
    /// Installs and services systems at the locations that appointed it.
    Dealer(DealerId),
    /// Watches systems for the dealers that appointed it.
    Provider(ProviderId),
}

impl Organization {
    /// The id, whatever the kind.
    #[must_use]
    pub const fn id(self) -> Uuid {
        match self {
            Self::Customer(id) => id.as_uuid(),
            Self::Dealer(id) => id.as_uuid(),
            Self::Provider(id) => id.as_uuid(),
        }
    }

    /// The customer that it is, if it is one.
    #[must_use]
    pub const fn customer(self) -> Option<CustomerId> {
        match self {
            Self::Customer(customer) => Some(customer),
            Self::Dealer(_) | Self::Provider(_) => None,
        }
    }

    /// The dealer that it is, if it is one.
    #[must_use]
    pub const fn dealer(self) -> Option<DealerId> {
        match self {
            Self::Dealer(dealer) => Some(dealer),
            Self::Customer(_) | Self::Provider(_) => None,
        }
    }

    /// The monitoring provider that it is, if it is one.
    #[must_use]
    pub const fn provider(self) -> Option<ProviderId> {
        match self {
            Self::Provider(provider) => Some(provider),
            Self::Customer(_) | Self::Dealer(_) => None,
        }
    }
}
