//! Who may install and remove systems.
//!
//! Not by a role on systems, and not by a strategy: a `REALGUARDIO_ADMINISTRATOR` may, which the
//! token says, and so may the employee administrators of the dealer that the location's customer
//! appointed. Each check is a live one, against the owners of these facts.

use access::{Location, LocationId, UserId};
use chassis::auth::User;
use outbox::ConsistencyToken;

use super::Cause;
use crate::domain::System;
use crate::owners::customers::{self, VersionedLocation};
use crate::owners::{Owners, dealers};

/// The application role of those who may install anywhere.
const ADMINISTRATOR: &str = "REALGUARDIO_ADMINISTRATOR";

/// That somebody may install a system at a location, as it was when that was checked.
#[derive(Debug, Clone)]
pub struct Installation {
    location: Location,
    location_version: i64,
    installer: UserId,
    freshness: ConsistencyToken,
}

/// That somebody may remove a system.
#[derive(Debug, Clone)]
pub struct Removal {
    system: System,
    freshness: ConsistencyToken,
}

/// Why a system may not be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotInstalled {
    /// The caller is no installer.
    NotAnInstaller,
    /// There is no such location.
    NoSuchLocation,
    /// It could not be decided.
    Undecided(Cause),
}

/// Why a system may not be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRemoved {
    /// There is no such system, and the caller may know that.
    NoSuchSystem,
    /// The caller is no installer there.
    NotAnInstaller,
    /// It could not be decided.
    Undecided(Cause),
}

impl Installation {
    /// Checks that the caller may install at the location, and that it is there.
    ///
    /// # Errors
    ///
    /// When not, or when it cannot be known. Who is no installer learns nothing about the location.
    pub async fn authorize(
        user: &User,
        location: LocationId,
        owners: &Owners,
        freshness: &ConsistencyToken,
    ) -> Result<Self, NotInstalled> {
        if user.has(ADMINISTRATOR) {
            let found = owners.customers.location(location, freshness).await;
            let found = found.map_err(NotInstalled::Undecided)?;
            let found = found.ok_or(NotInstalled::NoSuchLocation)?;
            let asked = freshness.of_sources(&[customers::NAME]);
            return Ok(Self::of(user, found, asked));
        }
        let found = administered(user, location, owners, freshness).await;
        let found = found.map_err(NotInstalled::Undecided)?;
        let found = found.ok_or(NotInstalled::NotAnInstaller)?;
        let asked = freshness.of_sources(&[customers::NAME, dealers::NAME]);
        Ok(Self::of(user, found, asked))
    }

    /// Kept with the system is what was asked of an owner, and nothing that was only claimed.
    fn of(user: &User, found: VersionedLocation, freshness: ConsistencyToken) -> Self {
        Self {
            location: found.location,
            location_version: found.version,
            installer: user.id,
            freshness,
        }
    }

    /// The location.
    #[must_use]
    pub const fn location(&self) -> &Location {
        &self.location
    }

    /// The version of the location that was checked.
    #[must_use]
    pub const fn location_version(&self) -> i64 {
        self.location_version
    }

    /// Who installs.
    #[must_use]
    pub const fn installer(&self) -> UserId {
        self.installer
    }

    /// How fresh the facts were at least.
    #[must_use]
    pub const fn freshness(&self) -> &ConsistencyToken {
        &self.freshness
    }
}

impl Removal {
    /// The removal of this system, if the caller may remove it. A system that is not there is asked
    /// about all the same, because it must look like one that may not be removed.
    ///
    /// # Errors
    ///
    /// When not, or when it cannot be known.
    pub async fn authorize(
        user: &User,
        system: Option<System>,
        owners: &Owners,
        freshness: &ConsistencyToken,
    ) -> Result<Self, NotRemoved> {
        let removal = |system| Self {
            system,
            freshness: freshness.clone(),
        };
        if user.has(ADMINISTRATOR) {
            return system.map(removal).ok_or(NotRemoved::NoSuchSystem);
        }
        let location = system
            .as_ref()
            .map_or(LocationId::NIL, |system| system.location);
        let found = administered(user, location, owners, freshness).await;
        let found = found.map_err(NotRemoved::Undecided)?;
        let system = system.filter(|_| found.is_some());
        system.map(removal).ok_or(NotRemoved::NotAnInstaller)
    }

    /// The system, as it was when that was checked.
    #[must_use]
    pub const fn system(&self) -> &System {
        &self.system
    }

    /// How fresh the facts were at least.
    #[must_use]
    pub const fn freshness(&self) -> &ConsistencyToken {
        &self.freshness
    }
}

/// The location, if the user administers the people of the dealer appointed there. Where none is,
/// nobody does.
async fn administered(
    user: &User,
    location: LocationId,
    owners: &Owners,
    freshness: &ConsistencyToken,
) -> Result<Option<VersionedLocation>, Cause> {
    if !owners.dealers.is_there() {
        return Ok(None);
    }
    let found = owners.customers.location(location, freshness).await?;
    let dealer = found.as_ref().and_then(|found| found.location.dealer);
    let administers = owners.dealers.is_administrator(user.id, dealer, freshness);
    let administers = administers.await?;
    Ok(found.filter(|_| administers))
}
