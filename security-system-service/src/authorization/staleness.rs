//! How old facts may be that are kept here.

use std::str::FromStr;

use access::Operation;
use jiff::SignedDuration;

use super::{Cause, PerOperation};

/// The greatest age of facts for each operation. Written as `arm=5s,view=1m`.
pub type Bounds = PerOperation<Bound>;

/// The greatest age of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound(pub SignedDuration);

/// The text is no age.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no age, such as 5s")]
pub struct NoAge(String);

impl FromStr for Bound {
    type Err = NoAge;

    fn from_str(text: &str) -> Result<Self, NoAge> {
        let age: Option<SignedDuration> = text.parse().ok();
        let age = age.filter(|age| !age.is_negative());
        age.map(Self).ok_or_else(|| NoAge(text.to_owned()))
    }
}

impl Bounds {
    /// What was asked for now is never too old.
    pub(super) const NONE: Self = {
        let none = Bound(SignedDuration::MAX);
        Self {
            view: none,
            arm: none,
            disarm: none,
            acknowledge: none,
        }
    };

    /// Nothing, if facts of this age may be decided by.
    pub(super) fn hold(&self, operation: Operation, age: SignedDuration) -> Result<(), Cause> {
        let bound = self.of(operation).0;
        if age <= bound {
            return Ok(());
        }
        Err(Cause(format!(
            "the facts are {age:#} old, and {bound:#} is the most"
        )))
    }
}

/// What changes a system is bound closer than what looks at it.
impl Default for Bounds {
    fn default() -> Self {
        let privileged = Bound(SignedDuration::from_secs(5));
        Self {
            view: Bound(SignedDuration::from_secs(60)),
            arm: privileged,
            disarm: privileged,
            acknowledge: privileged,
        }
    }
}
