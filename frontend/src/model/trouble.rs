//! Why a call brought nothing.
//!
//! Three things must not be mixed up: *you may not* (a refusal), *nobody could tell whether you may* (an outage;
//! nothing changed), and *no answer came* (it may have happened all the same).

use super::problem::Problem;

/// Why a call brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The service answered: no.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The body, as far as it was one.
        problem: Box<Problem>,
        /// Seconds to wait before trying again.
        retry_after: Option<u32>,
    },
    /// No answer, or none that can be read.
    NoAnswer,
}

impl Trouble {
    /// Nobody is signed in (any more).
    #[must_use]
    pub fn is_signed_out(&self) -> bool {
        self.status() == Some(401) && self.slug() != "insufficient-authentication"
    }

    /// There is no such thing, or this person may not know of it.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.status() == Some(404)
    }

    /// Does it not fit what is there, perhaps because somebody else was faster?
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self.status(), Some(409 | 412))
    }

    /// May the action have happened all the same? Of all outages, only those before
    /// anything was done rule it out.
    #[must_use]
    pub fn leaves_doubt(&self) -> bool {
        self.status().is_none_or(|status| status >= 500)
            && !matches!(self.slug(), "undecided" | "not-fresh-enough")
    }

    /// Is it certain what did not happen, and told completely? Otherwise looking at the system tells more.
    #[must_use]
    pub fn says_it_all(&self) -> bool {
        !self.leaves_doubt() && !self.is_conflict()
    }

    /// The status of the answer, if there was one.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Answered { status, .. } => Some(*status),
            Self::NoAnswer => None,
        }
    }

    /// The kind of problem.
    #[must_use]
    pub fn slug(&self) -> &str {
        match self {
            Self::Answered { problem, .. } => problem.slug(),
            Self::NoAnswer => "",
        }
    }

    /// Where it is explained, if it is a problem that we know.
    #[must_use]
    pub fn page(&self) -> Option<String> {
        match self {
            Self::Answered { problem, .. } => problem.page(),
            Self::NoAnswer => None,
        }
    }

    /// For a reading that failed.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Self::Answered { problem, .. } = self else {
            return "No answer came. Is this device online?".to_owned();
        };
        let known = match problem.slug() {
            "undecided" | "not-fresh-enough" => {
                "It could not be found out in time what you may see."
            }
            "unavailable" | "timeout" => "A service that is needed does not answer.",
            _ => {
                return problem
                    .detail
                    .clone()
                    .unwrap_or_else(|| "RealGuardIO cannot answer just now.".to_owned());
            }
        };
        known.to_owned()
    }
}
