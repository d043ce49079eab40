//! Who may install and remove systems.
//!
//! Not by a role on systems, and not by a strategy: a `REALGUARDIO_ADMINISTRATOR` may, which the
//! token says. (The employee administrators of the dealer that a location's customer appointed may
//! too, once there are dealers to ask.) Each check is a live one, against the owner of the location.

use access::{Location, LocationId, UserId};
use chassis::auth::User;
use outbox::ConsistencyToken;

use super::Cause;
use crate::customer_service::{CustomerService, VersionedLocation};
use crate::domain::System;

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

impl Installation {
    /// Checks that the caller may install at the location, and that it is there.
    ///
    /// # Errors
    ///
    /// When not, or when it cannot be known. Who is no installer learns nothing about the location.
    pub async fn authorize(
        user: &User,
        location: LocationId,
        customers: &CustomerService,
        freshness: &ConsistencyToken,
    ) -> Result<Self, NotInstalled> {
        if !user.has(ADMINISTRATOR) {
            return Err(NotInstalled::NotAnInstaller);
        }
        let found = customers.location(location, freshness).await;
        let VersionedLocation { location, version } = found
            .map_err(NotInstalled::Undecided)?
            .ok_or(NotInstalled::NoSuchLocation)?;
        Ok(Self {
            location,
            location_version: version,
            installer: user.id,
            freshness: freshness.clone(),
        })
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
    /// The removal of this system, if the caller may remove it.
    #[must_use]
    pub fn authorize(user: &User, system: System) -> Option<Self> {
        Self::is_for(user).then_some(Self { system })
    }

    /// Whether the caller may remove systems at all.
    #[must_use]
    pub fn is_for(user: &User) -> bool {
        user.has(ADMINISTRATOR)
    }

    /// The system, as it was when that was checked.
    #[must_use]
    pub const fn system(&self) -> &System {
        &self.system
    }
}
