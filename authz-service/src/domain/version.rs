//! Versions of the policies, and what people do with them.

use access::UserId;
use jiff::Timestamp;

/// Policies that were uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The how manieth; [`Active::SHIPPED`] are those that are shipped.
    pub number: i64,
    /// The digest of their files, which answers name.
    pub digest: String,
    /// What they are for, in the words of whoever uploaded them.
    pub note: String,
    /// Who uploaded them, and when.
    pub uploaded: Signed,
    /// Who approved them, and when, if anybody did.
    pub approved: Option<Signed>,
}

/// Whether somebody's approval counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// It does.
    Counts,
    /// Nobody has approved it.
    None,
    /// Somebody has, too long ago.
    Expired,
}

impl Version {
    /// Whether somebody's approval counts, where those of up to this instant have expired.
    #[must_use]
    pub fn approval(&self, expired: Timestamp) -> Approval {
        match &self.approved {
            None => Approval::None,
            Some(approved) if approved.at <= expired => Approval::Expired,
            Some(_) => Approval::Counts,
        }
    }
}

/// A person, as they were called then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
}

/// By whom, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// By whom.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// Something that somebody did with a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// The how manieth of all.
    pub number: i64,
    /// What.
    pub kind: DeedKind,
    /// With which version.
    pub version: i64,
    /// The digest of its files, unless the deed is from before that was noted.
    pub digest: Option<String>,
    /// By whom, and when.
    pub signed: Signed,
}

/// What can be done with a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeedKind {
    /// It was uploaded.
    Uploaded,
    /// Somebody else approved it.
    Approved,
    /// From then on it was asked, for the first time.
    Promoted,
    /// From then on it was asked again.
    RolledBack,
}

impl DeedKind {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Uploaded,
        Self::Approved,
        Self::Promoted,
        Self::RolledBack,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Uploaded => "UPLOADED",
            Self::Approved => "APPROVED",
            Self::Promoted => "PROMOTED",
            Self::RolledBack => "ROLLED_BACK",
        }
    }
}

/// The version that is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Active {
    /// The deed since which it is; 0, if none was ever promoted.
    pub since: i64,
    /// Which.
    pub version: i64,
}

impl Active {
    /// The number of the policies that are shipped with the service. They are other ones with each version of it.
    pub const SHIPPED: i64 = 0;
}
