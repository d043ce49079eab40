//! How requests fail, and what callers are told about it.

use chassis::problem::{MALFORMED, Problem};

use crate::app::Unanswered;

chassis::problems! {
    /// More is asked in one request than is answered in one.
    pub TOO_MANY_EVALUATIONS = 413 "too-many-evaluations";
}

impl From<Unanswered> for Problem {
    fn from(unanswered: Unanswered) -> Self {
        Self::new(&MALFORMED).detail(format!("{unanswered}."))
    }
}
