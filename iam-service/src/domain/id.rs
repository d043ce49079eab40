//! Ids of what only iam-service knows. A user's id is [`access::UserId`], because every service knows it.

use std::fmt;

use jiff::Timestamp;
use rand::Rng;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, `UUIDv7`: ids made later sort later, which keeps indexes dense.
            pub fn generate(now: Timestamp, rng: &mut (impl Rng + ?Sized)) -> Self {
                let mut random = [0; 10];
                rng.fill_bytes(&mut random);
                let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            /// The id as a plain UUID, for tables and claims.
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

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// One sign-in, from the password to signing out: the claim `sid`.
    SessionId;
    /// An authorization code.
    CodeId;
    /// The refresh tokens that descend from one authorization code.
    FamilyId;
    /// A one-time link.
    LinkId;
    /// A browser where somebody has signed in.
    DeviceId;
    /// A message to a person or to a client, queued until it is delivered.
    DeliveryId;
    /// A token: the claim `jti`.
    TokenId;
}
