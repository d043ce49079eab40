//! How requests fail, and what callers are told about it.

use chassis::problem::{MALFORMED, NOT_FRESH_ENOUGH, Problem, UNDECIDED};

use crate::app::Unanswered;

chassis::problems! {
    /// More is asked in one request than is answered in one.
    pub TOO_MANY_EVALUATIONS = 413 "too-many-evaluations";
}

impl From<Unanswered> for Problem {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Unfit(_)
            | Unanswered::Term { .. }
            | Unanswered::Cursor
            | Unanswered::NoCondition(_) => Self::new(&MALFORMED).detail(format!("{unanswered}.")),
            Unanswered::NotFresh(_) => Self::new(&NOT_FRESH_ENOUGH)
                .detail(format!("{unanswered}."))
                .retry_after(1),
            Unanswered::Undecided(cause) => {
                tracing::warn!(%cause, "undecided");
                Self::new(&UNDECIDED).retry_after(1)
            }
            Unanswered::Refused(error) => Self::internal(error),
        }
    }
}
