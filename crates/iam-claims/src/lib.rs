//! What an access token of iam-service claims of facts that other services own: the claim `facts`.
//!
//! It is for whoever decides by what the token brings. iam-service [gathers](Claims::gathered) it when it issues a
//! token, so it is as old as the token, and the positions in [`facts_at`](Claims::facts_at) say how much was known
//! by then.
//!
//! | in the claim | is |
//! |---|---|
//! | `version` | 1; any other is not read |
//! | `factsAt` | how far each source had come, as in a `Consistency-Token` |
//! | `ageMs` | how old the facts were when the token was issued |
//! | `employments` | what the person's employers grant: roles, roles at single locations, and the schedule, which is said where there is none |
//! | `reach` | where their organizations have a say by other paths (teams, appointments), and which roles that brings |
//! | `claimsOverflow` | so much was granted that a part is left out, or all of it |
//! | `claimsUnavailable` | somebody who owns facts was silent: nothing is claimed |
//!
//! What is left out is not there, and nobody may take that for anything: a reader asks for
//! [employments](Claims::employments) and [reach](Claims::reach), and gets them, or the reason why not.

mod gather;
mod held;

use outbox::ConsistencyToken;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use held::{At, Held, Reached};

/// The version that is written, and the only one that is read.
pub const VERSION: u32 = 1;

/// Of how many locations it is told who has a say there, at most: more do not fit into a token.
pub const MOST_LOCATIONS: usize = 150;

/// What a token claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Claims {
    version: Version,
    #[serde(default, rename = "claimsUnavailable", skip_serializing_if = "is_not")]
    unavailable: bool,
    #[serde(default, rename = "claimsOverflow", skip_serializing_if = "is_not")]
    overflow: bool,
    #[serde(default, skip_serializing_if = "ConsistencyToken::is_empty")]
    facts_at: ConsistencyToken,
    #[serde(default, skip_serializing_if = "is_zero")]
    age_ms: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    employments: Option<Vec<Held>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reach: Option<Vec<Reached>>,
}

/// The one version that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Version;

/// Why a token does not tell what is asked of it. Never a reason to allow, nor one to deny.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untold {
    /// There is no claim in it.
    #[error("the token claims no facts")]
    Absent,
    /// It is of another version, or malformed.
    #[error("what the token claims is not understood")]
    Unknown,
    /// It was left out, because there was too much.
    #[error("the token had no room for all facts")]
    Overflow,
    /// It could not be had when the token was issued.
    #[error("facts could not be had when the token was issued")]
    Unavailable,
}

impl Claims {
    /// That nothing could be had.
    #[must_use]
    pub fn unavailable() -> Self {
        Self {
            unavailable: true,
            ..Self::nothing()
        }
    }

    /// That there was too much.
    #[must_use]
    pub fn overflowing() -> Self {
        Self {
            overflow: true,
            ..Self::nothing()
        }
    }

    fn nothing() -> Self {
        Self {
            version: Version,
            unavailable: false,
            overflow: false,
            facts_at: ConsistencyToken::new(),
            age_ms: 0,
            employments: None,
            reach: None,
        }
    }

    /// The claim as a token brings it.
    ///
    /// # Errors
    ///
    /// When it is of another version, or malformed.
    pub fn read(json: &str) -> Result<Self, Untold> {
        serde_json::from_str(json).map_err(|_| Untold::Unknown)
    }

    /// What fits into so many bytes: everything, or the employments without the reach, or nothing.
    #[must_use]
    pub fn within(self, bytes: usize) -> Self {
        if self.size() <= bytes {
            return self;
        }
        let without_reach = Self {
            overflow: true,
            reach: None,
            ..self
        };
        if without_reach.size() <= bytes {
            without_reach
        } else {
            Self::overflowing()
        }
    }

    /// How many bytes it is as JSON.
    #[must_use]
    pub fn size(&self) -> usize {
        serde_json::to_vec(self).map_or(usize::MAX, |json| json.len())
    }

    /// What the person's employers grant.
    ///
    /// # Errors
    ///
    /// When it was left out.
    pub fn employments(&self) -> Result<&[Held], Untold> {
        self.employments.as_deref().ok_or(self.why_not())
    }

    /// Where their organizations have a say by other paths.
    ///
    /// # Errors
    ///
    /// When it was left out.
    pub fn reach(&self) -> Result<&[Reached], Untold> {
        self.reach.as_deref().ok_or(self.why_not())
    }

    /// How far each source had come.
    #[must_use]
    pub const fn facts_at(&self) -> &ConsistencyToken {
        &self.facts_at
    }

    /// How many milliseconds old the facts were when the token was issued.
    #[must_use]
    pub const fn age_ms(&self) -> u64 {
        self.age_ms
    }

    const fn why_not(&self) -> Untold {
        if self.unavailable {
            Untold::Unavailable
        } else if self.overflow {
            Untold::Overflow
        } else {
            Untold::Unknown
        }
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        VERSION.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            VERSION => Ok(Self),
            other => Err(D::Error::custom(format_args!("version {other}"))),
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_not(flag: &bool) -> bool {
    !*flag
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}
