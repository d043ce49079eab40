//! Ids: one newtype for each kind of thing, so that a team is never mistaken for a location.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use rand::Rng;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// The text is not an id. It says nothing about the thing that was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: a UUID is expected")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
        )]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Nobody's: asked about where there is none, so that what is absent takes the same way as what is hidden.
            pub const NIL: Self = Self(Uuid::nil());

            /// The id as a plain UUID, for tables and headers.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.parse().map(Self).map_err(|_| InvalidId)
            }
        }
    )+};
}

ids! {
    /// A person who signs in. Immutable, and the only way to identify a user.
    UserId;
    /// One employment: a person in an organization, from hiring to leaving. Hiring again makes a new one.
    EmployeeId;
    /// A team within one organization.
    TeamId;
    /// A site of a customer.
    LocationId;
    /// A security system.
    SystemId;
    /// A customer: the kind of organization that owns locations.
    CustomerId;
    /// A dealer: the kind of organization that installs and services systems.
    DealerId;
    /// A monitoring provider: the kind of organization that watches systems on a dealer's behalf.
    ProviderId;
}

impl UserId {
    /// A new id, `UUIDv4`: it is shown to every employer of the person, and tells none since when they have been here.
    pub fn generate(rng: &mut (impl Rng + ?Sized)) -> Self {
        let mut random = [0; 16];
        rng.fill_bytes(&mut random);
        Self(uuid::Builder::from_random_bytes(random).into_uuid())
    }
}

macro_rules! in_order_of_time {
    ($($name:ident),+) => {$(
        impl $name {
            /// A new id, `UUIDv7`: ids made later sort later, which keeps indexes dense.
            pub fn generate(now: Timestamp, rng: &mut (impl Rng + ?Sized)) -> Self {
                let mut random = [0; 10];
                rng.fill_bytes(&mut random);
                let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }
        }
    )+};
}

in_order_of_time!(
    EmployeeId, TeamId, LocationId, SystemId, CustomerId, DealerId, ProviderId
);
