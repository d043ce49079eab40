//! A location.

use access::{CustomerId, DealerId, LocationId, SystemId};
use organization::domain::{Name, Version};

/// How many locations one customer may have: each service that keeps facts keeps them all, and some in memory.
pub const LOCATIONS_OF_CUSTOMER: i64 = 5_000;

/// A customer's site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Which location.
    pub id: LocationId,
    /// Its owner, for ever.
    pub customer: CustomerId,
    /// Its name.
    pub name: Name,
    /// The dealer that the customer appointed, if any.
    pub dealer: Option<DealerId>,
    /// The system that it is reserved for, if any. A reserved location cannot be removed.
    pub reserved_by: Option<SystemId>,
    /// Grows with every change.
    pub version: Version,
}

impl Location {
    /// Whether this system can have the location, which it judged by this version.
    ///
    /// Asking again is answered alike: to have it already is to get it, whatever has changed
    /// about the location since.
    ///
    /// # Errors
    ///
    /// When it is another system's, or is not what was judged.
    pub fn reserve(&self, system: SystemId, seen: Version) -> Result<(), NotReserved> {
        match self.reserved_by {
            Some(holder) if holder == system => Ok(()),
            Some(_) => Err(NotReserved::Taken),
            None if self.version != seen => Err(NotReserved::Changed),
            None => Ok(()),
        }
    }
}

/// Why a location was definitely not reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotReserved {
    /// There is no such location, or no more.
    #[error("no such location")]
    Gone,
    /// Another system has it.
    #[error("another system has it")]
    Taken,
    /// The system has another one.
    #[error("the system has another location")]
    Elsewhere,
    /// It was changed since it was judged.
    #[error("changed meanwhile")]
    Changed,
    /// The reservation was given back before. The system is not to come back.
    #[error("released before")]
    Released,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(reserved_by: Option<SystemId>) -> Location {
        Location {
            id: LocationId::from(uuid::Uuid::nil()),
            customer: CustomerId::from(uuid::Uuid::nil()),
            name: Name::parse("name", "Harbor Tower").unwrap(),
            dealer: None,
            reserved_by,
            version: Version(3),
        }
    }

    #[test]
    fn is_reserved_for_one_system_and_as_it_was_judged() {
        let ours = SystemId::from(uuid::Uuid::from_u128(1));
        let other = SystemId::from(uuid::Uuid::from_u128(2));
        assert_eq!(location(None).reserve(ours, Version(3)), Ok(()));
        assert_eq!(
            location(None).reserve(ours, Version(2)),
            Err(NotReserved::Changed)
        );
        assert_eq!(
            location(Some(other)).reserve(ours, Version(3)),
            Err(NotReserved::Taken)
        );
        assert_eq!(
            location(Some(ours)).reserve(ours, Version(2)),
            Ok(()),
            "asked again"
        );
    }
}
