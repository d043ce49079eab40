//! security-system-service reserves a location, or gives it back.

use access::{LocationId, SystemId};
use jiff::Timestamp;
use organization::app::Failure;
use organization::domain::Version;
use organization::store::Committed;
use outbox::Position;

use super::Customers;
use crate::domain::{Location, NotReserved};

/// What came of asking for a location.
pub type Reservation = Result<Committed<Location>, NotReserved>;

impl Customers {
    /// Reserves a location for a system, so that it is still there when the system is.
    ///
    /// # Errors
    ///
    /// When the database fails: then it is not known whether it was reserved, and to be asked again.
    pub async fn reserve(
        &self,
        location: LocationId,
        system: SystemId,
        seen: Version,
        now: Timestamp,
    ) -> Result<Reservation, Failure> {
        Ok(self.store.reserve(location, system, seen, now).await?)
    }

    /// Gives a reservation back, for good.
    ///
    /// # Errors
    ///
    /// When the database fails: then it is to be asked again.
    pub async fn release(
        &self,
        location: LocationId,
        system: SystemId,
        now: Timestamp,
    ) -> Result<Position, Failure> {
        Ok(self.store.release(location, system, now).await?)
    }
}
