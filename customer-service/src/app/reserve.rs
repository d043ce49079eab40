use access::{LocationId, SystemId};
use jiff::Timestamp;
use organization::app::Refusal;
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
    /// If the database fails: then it is not known whether it was reserved, and to be asked again.
    pub async fn reserve(
        &self,
        location: LocationId,
        system: SystemId,
        seen: Version,
        now: Timestamp,
    ) -> Result<Reservation, Refusal> {
        Ok(self.store.reserve(location, system, seen, now).await?)
    }

    /// Gives a reservation back, for good.
    ///
    /// # Errors
    /// If the database fails: then it is to be asked again.
    pub async fn release(
        &self,
        location: LocationId,
        system: SystemId,
        now: Timestamp,
    ) -> Result<Position, Refusal> {
        Ok(self.store.release(location, system, now).await?)
    }
}
