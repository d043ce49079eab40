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
}
