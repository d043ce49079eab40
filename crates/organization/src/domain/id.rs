//! What identifies an organization, and one state of an aggregate.

use std::fmt;

use access::CustomerId;
use jiff::Timestamp;
use rand::Rng;
use uuid::Uuid;

/// An organization's id. Each kind has a type of its own in the published language; in here,
/// where one code serves all three, it is this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationId(pub Uuid);

impl OrganizationId {
    /// A new id. Those of all kinds are made alike.
    pub fn generate(now: Timestamp, rng: &mut (impl Rng + ?Sized)) -> Self {
        Self(CustomerId::generate(now, rng).as_uuid())
    }
}

impl fmt::Display for OrganizationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How often an aggregate has been written. The `ETag` of its representations, and the version
/// of its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub i64);
